<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Advanced</name>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>Checkpoint, exact size, steps, scheduler, strengths</source>
        <translation>Checkpoint, genaue Größe, Schritte, Scheduler, Stärken</translation>
    </message>
    <message>
        <source>The model that draws (checkpoint)</source>
        <translation>Das Modell, das zeichnet (Checkpoint)</translation>
    </message>
    <message>
        <source>Width in pixels</source>
        <translation>Breite in Pixeln</translation>
    </message>
    <message>
        <source>Height in pixels</source>
        <translation>Höhe in Pixeln</translation>
    </message>
    <message>
        <source>Sampling steps. Distilled checkpoints are made for a few; 0 leaves it to them</source>
        <translation>Sampling-Schritte. Destillierte Checkpoints brauchen wenige; 0 überlässt es ihnen</translation>
    </message>
    <message>
        <source>How noise is taken away (scheduler)</source>
        <translation>Wie das Rauschen entfernt wird (Scheduler)</translation>
    </message>
    <message>
        <source>How strongly the face adapter acts, instead of what preset and slider say</source>
        <translation>Wie stark der Gesichtsadapter wirkt, anstelle von Vorgabe und Regler</translation>
    </message>
    <message>
        <source>How strongly the adapter&apos;s LoRA acts</source>
        <translation>Wie stark die LoRA des Adapters wirkt</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>Exact size</source>
        <translation>Genaue Größe</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Scheduler</source>
        <translation>Scheduler</translation>
    </message>
    <message>
        <source>Adapter strength</source>
        <translation>Adapterstärke</translation>
    </message>
    <message>
        <source>LoRA strength</source>
        <translation>LoRA-Stärke</translation>
    </message>
    <message>
        <source>Best installed</source>
        <translation>Bester installierter</translation>
    </message>
    <message>
        <source>as the preset ({value})</source>
        <translation>wie die Vorgabe ({value})</translation>
    </message>
    <message>
        <source>as the checkpoint</source>
        <translation>wie der Checkpoint</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>A preview of the picture that is being made</source>
        <translation>Eine Vorschau des Bildes, das gerade entsteht</translation>
    </message>
</context>
<context>
    <name>ConsentQuestion</name>
    <message>
        <source>Do you have this person&apos;s permission?</source>
        <translation>Ist diese Person einverstanden?</translation>
    </message>
    <message>
        <source>A portrait can look like a photo. Your answer is kept on this computer, with today&apos;s date.</source>
        <translation>Ein Porträt kann wie ein Foto aussehen. Die Antwort wird mit dem heutigen Datum auf diesem Computer aufbewahrt.</translation>
    </message>
    <message>
        <source>Yes, make the picture</source>
        <translation>Ja, Bild machen</translation>
    </message>
    <message>
        <source>Keep this answer, and begin</source>
        <translation>Diese Antwort aufbewahren und beginnen</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Make nothing</source>
        <translation>Nichts machen</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>Create</source>
        <translation>Erstellen</translation>
    </message>
    <message>
        <source>Choose photos of the person</source>
        <translation>Fotos der Person wählen</translation>
    </message>
    <message>
        <source>Photos ({suffixes})</source>
        <translation>Fotos ({suffixes})</translation>
    </message>
    <message>
        <source>The text was added to the prompt.</source>
        <translation>Der Text wurde dem Prompt hinzugefügt.</translation>
    </message>
    <message>
        <source>The settings of this picture are back.</source>
        <translation>Die Einstellungen dieses Bildes sind wieder da.</translation>
    </message>
    <message>
        <source>It was made from another photo.</source>
        <translation>Es entstand aus einem anderen Foto.</translation>
    </message>
</context>
<context>
    <name>Diagnostics</name>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy all of this as text</source>
        <translation>Alles davon als Text kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this window (Esc)</source>
        <translation>Dieses Fenster schließen (Esc)</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch nicht bekannt</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>{used} of {total} GB</source>
        <translation>{used} von {total} GB</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>none loaded</source>
        <translation>keines geladen</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Bildberechnung</translation>
    </message>
    <message>
        <source>Longest stall of the window</source>
        <translation>Längste Stockung des Fensters</translation>
    </message>
    <message>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>loading the libraries</source>
        <translation>lädt die Bibliotheken</translation>
    </message>
    <message>
        <source>loading the model</source>
        <translation>lädt das Modell</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>working</source>
        <translation>arbeitet</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>EmphasisSlider</name>
    <message>
        <source>as the preset</source>
        <translation>wie die Vorgabe</translation>
    </message>
    <message>
        <source>closer, +{amount}</source>
        <translation>näher, +{amount}</translation>
    </message>
    <message>
        <source>freer, −{amount}</source>
        <translation>freier, −{amount}</translation>
    </message>
</context>
<context>
    <name>FaceView</name>
    <message>
        <source>Photo of the person</source>
        <translation>Foto der Person</translation>
    </message>
    <message>
        <source>Face {chosen} of {count}, counted from the left, is used. Arrow keys choose another.</source>
        <translation>Gesicht {chosen} von {count}, von links gezählt, wird verwendet. Die Pfeiltasten wählen ein anderes.</translation>
    </message>
    <message>
        <source>Use this face</source>
        <translation>Dieses Gesicht verwenden</translation>
    </message>
</context>
<context>
    <name>Filmstrip</name>
    <message>
        <source>Pictures of this session</source>
        <translation>Bilder dieser Sitzung</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>A person in a forest, wearing a red sweater, smiling</source>
        <translation>Auf Englisch, zum Beispiel: a person in a forest, smiling</translation>
    </message>
    <message>
        <source>What the picture shows (Ctrl+Enter makes it)</source>
        <translation>Was das Bild zeigt (Strg+Eingabe macht es)</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Blurry, hat, text</source>
        <translation>Auf Englisch, zum Beispiel: blurry, hat, text</translation>
    </message>
    <message>
        <source>What the picture must not show (negative prompt)</source>
        <translation>Was das Bild nicht zeigen soll (negativer Prompt)</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>Was das Bild zeigt</translation>
    </message>
    <message>
        <source>What to leave out</source>
        <translation>Was wegbleiben soll</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>How face and text are guided (preset)</source>
        <translation>Wie Gesicht und Text geführt werden (Vorgabe)</translation>
    </message>
    <message>
        <source>How closely to follow the face</source>
        <translation>Wie genau dem Gesicht folgen</translation>
    </message>
    <message>
        <source>Strength of the face adapter and identity weight; a double click goes back to the preset</source>
        <translation>Stärke des Gesichtsadapters und Gewicht der Identität; ein Doppelklick kehrt zur Vorgabe zurück</translation>
    </message>
    <message>
        <source>How closely to follow the text</source>
        <translation>Wie genau dem Text folgen</translation>
    </message>
    <message>
        <source>Text weight of the guidance; a double click goes back to the preset</source>
        <translation>Gewicht des Textes in der Führung; ein Doppelklick kehrt zur Vorgabe zurück</translation>
    </message>
    <message>
        <source>Portrait: higher than wide</source>
        <translation>Hochformat: höher als breit</translation>
    </message>
    <message>
        <source>Square: as wide as high</source>
        <translation>Quadrat: so breit wie hoch</translation>
    </message>
    <message>
        <source>Landscape: wider than high</source>
        <translation>Querformat: breiter als hoch</translation>
    </message>
    <message>
        <source>The starter model draws squares only</source>
        <translation>Das Startermodell zeichnet nur Quadrate</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>How many pictures to make</source>
        <translation>Wie viele Bilder gemacht werden</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>{title} (as in the picture)</source>
        <translation>{title} (wie im Bild)</translation>
    </message>
    <message>
        <source>This preset is not there any more. Choose another one.</source>
        <translation>Diese Vorgabe gibt es nicht mehr. Eine andere wählen.</translation>
    </message>
</context>
<context>
    <name>GenerateBar</name>
    <message>
        <source>Progress of the picture</source>
        <translation>Fortschritt des Bildes</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop after this step (Esc)</source>
        <translation>Nach diesem Schritt anhalten (Esc)</translation>
    </message>
    <message>
        <source>Make the pictures (Ctrl+Enter)</source>
        <translation>Die Bilder machen (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Make a picture</source>
        <translation>Bild machen</translation>
    </message>
    <message>
        <source>Make {count} pictures</source>
        <translation>{count} Bilder machen</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Hält an …</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Beginnt …</translation>
    </message>
    <message>
        <source>Picture {number} of {count}, step {step} of {steps}</source>
        <translation>Bild {number} von {count}, Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
    </message>
</context>
<context>
    <name>InlineError</name>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Copy the error and what led to it, to send it to somebody</source>
        <translation>Den Fehler und was dazu führte kopieren, um es jemandem zu schicken</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Alt+Up and Alt+Down move this job, Delete cancels it</source>
        <translation>Alt+Auf und Alt+Ab verschieben diesen Auftrag, Entf bricht ihn ab</translation>
    </message>
    <message>
        <source>How far this job is</source>
        <translation>Wie weit dieser Auftrag ist</translation>
    </message>
    <message>
        <source>Make this earlier (Alt+Up)</source>
        <translation>Früher machen (Alt+Auf)</translation>
    </message>
    <message>
        <source>Make this later (Alt+Down)</source>
        <translation>Später machen (Alt+Ab)</translation>
    </message>
    <message>
        <source>Copy the error&apos;s details</source>
        <translation>Einzelheiten des Fehlers kopieren</translation>
    </message>
    <message>
        <source>Try this again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Cancel this job (Delete)</source>
        <translation>Diesen Auftrag abbrechen (Entf)</translation>
    </message>
    <message>
        <source>Take this off the list (Delete)</source>
        <translation>Von der Liste nehmen (Entf)</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waiting: {count} pictures</source>
        <translation>Wartet: {count} Bilder</translation>
    </message>
    <message>
        <source>Paused, {done} of {count} done</source>
        <translation>Angehalten, {done} von {count} fertig</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>{done} of {count} done</source>
        <translation>{done} von {count} fertig</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Cancelled, {done} of {count} done</source>
        <translation>Abgebrochen, {done} von {count} fertig</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Done: {count} pictures</source>
        <translation>Fertig: {count} Bilder</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>FastFace speaks the other language from its next start on.</source>
        <translation>FastFace spricht die andere Sprache ab dem nächsten Start.</translation>
    </message>
</context>
<context>
    <name>MenuButton</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Appearance, language, diagnostics (F10)</source>
        <translation>Aussehen, Sprache, Diagnose (F10)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>PersonCard</name>
    <message>
        <source>Drop photos of a person</source>
        <translation>Fotos einer Person hier ablegen</translation>
    </message>
    <message>
        <source>or click to choose them. A few sharp ones are best.</source>
        <translation>oder klicken, um sie zu wählen. Am besten sind ein paar scharfe.</translation>
    </message>
    <message>
        <source>Choose photos (Ctrl+O)</source>
        <translation>Fotos wählen (Strg+O)</translation>
    </message>
    <message>
        <source>Add photos of the same person (Ctrl+O)</source>
        <translation>Fotos derselben Person hinzufügen (Strg+O)</translation>
    </message>
    <message>
        <source>Take this photo out (Delete)</source>
        <translation>Dieses Foto herausnehmen (Entf)</translation>
    </message>
    <message>
        <source>Another person: take all photos out</source>
        <translation>Andere Person: alle Fotos herausnehmen</translation>
    </message>
    <message>
        <source>The photos were taken out.</source>
        <translation>Die Fotos wurden herausgenommen.</translation>
    </message>
    <message>
        <source>The photo was taken out.</source>
        <translation>Das Foto wurde herausgenommen.</translation>
    </message>
    <message>
        <source>{count} files cannot be used.</source>
        <translation>{count} Dateien sind nicht verwendbar.</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Person, {count} photos</source>
        <translation>Person, {count} Fotos</translation>
    </message>
    <message>
        <source>Take this photo out</source>
        <translation>Dieses Foto herausnehmen</translation>
    </message>
    <message>
        <source>Looking for the face …</source>
        <translation>Das Gesicht wird gesucht …</translation>
    </message>
    <message>
        <source>Choose the face that is meant.</source>
        <translation>Das gemeinte Gesicht wählen.</translation>
    </message>
    <message>
        <source>{count} faces are in this photo. Click the one that is meant.</source>
        <translation>In diesem Foto sind {count} Gesichter. Auf das gemeinte klicken.</translation>
    </message>
    <message>
        <source>This face serves well.</source>
        <translation>Dieses Gesicht eignet sich gut.</translation>
    </message>
</context>
<context>
    <name>PictureArea</name>
    <message>
        <source>Best first</source>
        <translation>Beste zuerst</translation>
    </message>
    <message>
        <source>The pictures nearest to the person come first</source>
        <translation>Die Bilder, die der Person am nächsten kommen, stehen vorn</translation>
    </message>
    <message>
        <source>In work</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>{count} Bilder</translation>
    </message>
</context>
<context>
    <name>PictureBar</name>
    <message>
        <source>The same with another seed (Ctrl+R)</source>
        <translation>Dasselbe mit anderem Startwert (Strg+R)</translation>
    </message>
    <message>
        <source>Use the settings of this picture (Ctrl+U)</source>
        <translation>Die Einstellungen dieses Bildes verwenden (Strg+U)</translation>
    </message>
    <message>
        <source>Copy the picture (Ctrl+C)</source>
        <translation>Das Bild kopieren (Strg+C)</translation>
    </message>
    <message>
        <source>Save a copy as … (Ctrl+S)</source>
        <translation>Kopie speichern unter … (Strg+S)</translation>
    </message>
    <message>
        <source>Show in its folder (Ctrl+E)</source>
        <translation>Im Ordner zeigen (Strg+E)</translation>
    </message>
    <message>
        <source>Fit, or each pixel its own (double click)</source>
        <translation>Einpassen oder Originalgröße (Doppelklick)</translation>
    </message>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation>Das Bild ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Save a copy of the picture</source>
        <translation>Eine Kopie des Bildes speichern</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Gespeichert als {name}.</translation>
    </message>
    <message>
        <source>The same with another seed</source>
        <translation>Dasselbe mit anderem Startwert</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>Diese Einstellungen verwenden</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Save a copy as …</source>
        <translation>Kopie speichern unter …</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>QueueDrawer</name>
    <message>
        <source>Queue</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Pause the queue after this step</source>
        <translation>Die Aufträge nach diesem Schritt anhalten</translation>
    </message>
    <message>
        <source>Close the queue (Esc)</source>
        <translation>Die Aufträge schließen (Esc)</translation>
    </message>
    <message>
        <source>Nothing is waiting. What you make next shows up here.</source>
        <translation>Nichts wartet. Was als Nächstes entsteht, erscheint hier.</translation>
    </message>
    <message>
        <source>Job cancelled. Its finished pictures stay.</source>
        <translation>Auftrag abgebrochen. Seine fertigen Bilder bleiben.</translation>
    </message>
    <message>
        <source>Job taken off the list.</source>
        <translation>Auftrag von der Liste genommen.</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>Mit den Aufträgen fortfahren</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>{page} (Ctrl+{number})</source>
        <translation>{page} (Strg+{number})</translation>
    </message>
</context>
<context>
    <name>SeedBox</name>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The number a picture grows from: same seed and settings, same picture</source>
        <translation>Die Zahl, aus der ein Bild entsteht: gleicher Startwert und gleiche Einstellungen, gleiches Bild</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>Anderer Startwert</translation>
    </message>
    <message>
        <source>The seed is kept: every picture starts from it. Unlock it for new ones</source>
        <translation>Der Startwert bleibt: Jedes Bild beginnt mit ihm. Entsperren für neue</translation>
    </message>
    <message>
        <source>Each new picture gets another seed. Lock it to keep this one</source>
        <translation>Jedes neue Bild bekommt einen anderen Startwert. Sperren, um diesen zu behalten</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Memory of the device</source>
        <translation>Speicher des Geräts</translation>
    </message>
    <message>
        <source>How far the loading is</source>
        <translation>Wie weit das Laden ist</translation>
    </message>
    <message>
        <source>Show the queue (Ctrl+J)</source>
        <translation>Die Aufträge zeigen (Strg+J)</translation>
    </message>
    <message>
        <source>{used} of {total} GB</source>
        <translation>{used} von {total} GB</translation>
    </message>
    <message>
        <source>Memory in use: {memory}</source>
        <translation>Belegter Speicher: {memory}</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Working with {model}</source>
        <translation>Arbeitet mit {model}</translation>
    </message>
    <message>
        <source>Ready: {model}</source>
        <translation>Bereit: {model}</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Queue empty</source>
        <translation>Keine Aufträge</translation>
    </message>
    <message>
        <source>Queue {count} · paused</source>
        <translation>Aufträge {count} · angehalten</translation>
    </message>
    <message>
        <source>Queue {count}</source>
        <translation>Aufträge {count}</translation>
    </message>
    <message>
        <source>Queue {count} · {time} left</source>
        <translation>Aufträge {count} · noch {time}</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>Fewer</source>
        <translation>Weniger</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
</context>
<context>
    <name>StripModel</name>
    <message>
        <source>A picture that is being made</source>
        <translation>Ein Bild, das gerade entsteht</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>Bestes</translation>
    </message>
</context>
<context>
    <name>StyleChips</name>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Show all styles, or only the first</source>
        <translation>Alle Stile zeigen oder nur die ersten</translation>
    </message>
    <message>
        <source>Fewer</source>
        <translation>Weniger</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take this back (Ctrl+Z)</source>
        <translation>Das zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>_Empty</name>
    <message>
        <source>Your picture appears here</source>
        <translation>Hier erscheint das Bild</translation>
    </message>
    <message>
        <source>Drop photos of a person anywhere on the window, say what the picture shows, and make it.</source>
        <translation>Fotos einer Person irgendwo auf dem Fenster ablegen, sagen, was das Bild zeigt, und es machen.</translation>
    </message>
</context>
<context>
    <name>_TileDelegate</name>
    <message>
        <source>Best</source>
        <translation>Bestes</translation>
    </message>
    <message>
        <source>In work</source>
        <translation>In Arbeit</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>&quot;%1&quot; is not a device.</source>
        <translation>„%1“ ist kein Gerät.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is the name of a built-in preset.</source>
        <translation>„%1“ ist der Name einer eingebauten Vorgabe.</translation>
    </message>
    <message>
        <source>%1 and %2 seem to show different people.</source>
        <translation>%1 und %2 scheinen verschiedene Personen zu zeigen.</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>%1 cannot be taken over because of %2: %3.</source>
        <translation>%1 kann wegen %2 nicht übernommen werden: %3.</translation>
    </message>
    <message>
        <source>%1 could not be read from its folder or drive.</source>
        <translation>%1 konnte von seinem Ordner oder Laufwerk nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 exists already.</source>
        <translation>%1 gibt es schon.</translation>
    </message>
    <message>
        <source>%1 has %2 x %3 pixels, more than the %4 million that are read.</source>
        <translation>%1 hat %2 x %3 Pixel, mehr als die %4 Millionen, die gelesen werden.</translation>
    </message>
    <message>
        <source>%1 has a value that is not allowed%2: %3.</source>
        <translation>%1 hat einen unzulässigen Wert%2: %3.</translation>
    </message>
    <message>
        <source>%1 has no pixels.</source>
        <translation>%1 hat keine Pixel.</translation>
    </message>
    <message>
        <source>%1 is a camera raw file, which cannot be read.</source>
        <translation>%1 ist eine Rohdatei einer Kamera, die nicht gelesen werden kann.</translation>
    </message>
    <message>
        <source>%1 is a folder.</source>
        <translation>%1 ist ein Ordner.</translation>
    </message>
    <message>
        <source>%1 is damaged or incomplete.</source>
        <translation>%1 ist beschädigt oder unvollständig.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 ist leer.</translation>
    </message>
    <message>
        <source>%1 is larger than %2 GB.</source>
        <translation>%1 ist größer als %2 GB.</translation>
    </message>
    <message>
        <source>%1 is not a file.</source>
        <translation>%1 ist keine Datei.</translation>
    </message>
    <message>
        <source>%1 is not a folder.</source>
        <translation>%1 ist kein Ordner.</translation>
    </message>
    <message>
        <source>%1 is not a photo in a form that can be read.</source>
        <translation>%1 ist kein Foto in einer lesbaren Form.</translation>
    </message>
    <message>
        <source>%1 is not a picture that can be read.</source>
        <translation>%1 ist kein lesbares Bild.</translation>
    </message>
    <message>
        <source>%1 is not a text file.</source>
        <translation>%1 ist keine Textdatei.</translation>
    </message>
    <message>
        <source>%1 is not supported</source>
        <translation>%1 wird nicht unterstützt</translation>
    </message>
    <message>
        <source>%1 is not valid JSON.</source>
        <translation>%1 ist kein gültiges JSON.</translation>
    </message>
    <message>
        <source>%1 is too large for this computer&apos;s memory.</source>
        <translation>%1 ist zu groß für den Speicher dieses Computers.</translation>
    </message>
    <message>
        <source>%1 is too large to be a preset.</source>
        <translation>%1 ist zu groß für eine Vorgabe.</translation>
    </message>
    <message>
        <source>%1 may not be read by this program.</source>
        <translation>%1 darf von diesem Programm nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 stores measurements rather than brightness.</source>
        <translation>%1 enthält Messwerte statt Helligkeiten.</translation>
    </message>
    <message>
        <source>%1 was not found.</source>
        <translation>%1 wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>A portrait takes %1 photos at most, and these are %2.</source>
        <translation>Ein Porträt nimmt höchstens %1 Fotos, und das sind %2.</translation>
    </message>
    <message>
        <source>Allow reading it in the file&apos;s properties, or copy it to a folder of your own.</source>
        <translation>Das Lesen in den Eigenschaften der Datei erlauben oder sie in einen eigenen Ordner kopieren.</translation>
    </message>
    <message>
        <source>Apple GPU</source>
        <translation>Apple-GPU</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Grundlinie</translation>
    </message>
    <message>
        <source>Check that it is a file and that you may read it.</source>
        <translation>Prüfen, ob es eine Datei ist und ob sie gelesen werden darf.</translation>
    </message>
    <message>
        <source>Check that its folder or drive is connected, or choose another photo.</source>
        <translation>Prüfen, ob der Ordner oder das Laufwerk verbunden ist, oder ein anderes Foto wählen.</translation>
    </message>
    <message>
        <source>Check the name of the picture.</source>
        <translation>Den Namen des Bildes prüfen.</translation>
    </message>
    <message>
        <source>Check the name, or see `fastface presets list`.</source>
        <translation>Den Namen prüfen oder `fastface presets list` ansehen.</translation>
    </message>
    <message>
        <source>Checking the model files</source>
        <translation>Die Modelldateien werden geprüft</translation>
    </message>
    <message>
        <source>Choose PNG or WebP, or a shorter prompt.</source>
        <translation>PNG oder WebP wählen oder einen kürzeren Prompt.</translation>
    </message>
    <message>
        <source>Choose a JPEG, PNG, WebP, TIFF, HEIC or AVIF picture, or save this one as JPEG first.</source>
        <translation>Ein Bild als JPEG, PNG, WebP, TIFF, HEIC oder AVIF wählen oder dieses zuerst als JPEG speichern.</translation>
    </message>
    <message>
        <source>Choose a JSON file.</source>
        <translation>Eine JSON-Datei wählen.</translation>
    </message>
    <message>
        <source>Choose a LoRA made for SDXL.</source>
        <translation>Eine LoRA wählen, die für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Choose a UNet made for SDXL.</source>
        <translation>Ein UNet wählen, das für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Choose a checkpoint made for SDXL.</source>
        <translation>Einen Checkpoint wählen, der für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Choose a number from 1 to %1, counted from the left.</source>
        <translation>Eine Zahl von 1 bis %1 wählen, von links gezählt.</translation>
    </message>
    <message>
        <source>Choose a photo file.</source>
        <translation>Eine Fotodatei wählen.</translation>
    </message>
    <message>
        <source>Choose a photo with a large, sharp, upright face; turn this one first if it lies on its side.</source>
        <translation>Ein Foto mit einem großen, scharfen, aufrechten Gesicht wählen; dieses zuerst drehen, wenn es auf der Seite liegt.</translation>
    </message>
    <message>
        <source>Choose a picture made by FastFace that was not edited since.</source>
        <translation>Ein Bild von FastFace wählen, das seither nicht bearbeitet wurde.</translation>
    </message>
    <message>
        <source>Choose a picture made by FastFace.</source>
        <translation>Ein Bild wählen, das FastFace gemacht hat.</translation>
    </message>
    <message>
        <source>Choose a smaller size or close other programs.</source>
        <translation>Eine kleinere Größe wählen oder andere Programme schließen.</translation>
    </message>
    <message>
        <source>Choose a smaller size, make fewer pictures at a time, or close other programs that use the GPU.</source>
        <translation>Eine kleinere Größe wählen, weniger Bilder auf einmal machen oder andere Programme schließen, die die GPU benutzen.</translation>
    </message>
    <message>
        <source>Choose an adapter made for SDXL, of the kind that the checkpoint asks for.</source>
        <translation>Einen Adapter für SDXL von der Art wählen, die der Checkpoint verlangt.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>Choose another folder or allow writing to it.</source>
        <translation>Einen anderen Ordner wählen oder das Schreiben erlauben.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Choose another name, or use --replace.</source>
        <translation>Einen anderen Namen wählen oder --replace verwenden.</translation>
    </message>
    <message>
        <source>Choose at least one photo.</source>
        <translation>Mindestens ein Foto wählen.</translation>
    </message>
    <message>
        <source>Choose one of: %1.</source>
        <translation>Eines davon wählen: %1.</translation>
    </message>
    <message>
        <source>Choose one of: %1; or name a JSON file.</source>
        <translation>Eines davon wählen: %1; oder eine JSON-Datei nennen.</translation>
    </message>
    <message>
        <source>Choose one that turns 112 pixels into 512 numbers, as ArcFace&apos;s do.</source>
        <translation>Einen wählen, der aus 112 Pixeln 512 Zahlen macht, wie die von ArcFace.</translation>
    </message>
    <message>
        <source>Choose the best photos of one person.</source>
        <translation>Die besten Fotos einer Person wählen.</translation>
    </message>
    <message>
        <source>Choose the photos inside it.</source>
        <translation>Die Fotos darin wählen.</translation>
    </message>
    <message>
        <source>Copy it again from the camera or phone, or choose another photo.</source>
        <translation>Noch einmal von Kamera oder Telefon kopieren oder ein anderes Foto wählen.</translation>
    </message>
    <message>
        <source>Copy it to this computer and choose the copy.</source>
        <translation>Auf diesen Computer kopieren und die Kopie wählen.</translation>
    </message>
    <message>
        <source>Correct it and try again.</source>
        <translation>Den Wert berichtigen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Decoupled guidance</source>
        <translation>Getrennte Führung</translation>
    </message>
    <message>
        <source>Decoupled guidance with scale-power. For realistic and stylised portraits.</source>
        <translation>Getrennte Führung mit Scale-Power. Für realistische und stilisierte Porträts.</translation>
    </message>
    <message>
        <source>Decoupled guidance with the scheduled softmask and its correction. For realistic and stylised portraits.</source>
        <translation>Getrennte Führung mit der Softmask nach Plan und ihrer Korrektur. Für realistische und stilisierte Porträts.</translation>
    </message>
    <message>
        <source>Download this model again, or choose another checkpoint with --checkpoint.</source>
        <translation>Dieses Modell noch einmal herunterladen oder mit --checkpoint einen anderen Checkpoint wählen.</translation>
    </message>
    <message>
        <source>Drop a photo of the person on the window.</source>
        <translation>Ein Foto der Person auf dem Fenster ablegen.</translation>
    </message>
    <message>
        <source>Euler a</source>
        <translation>Euler a</translation>
    </message>
    <message>
        <source>Export it as JPEG or TIFF from your photo program and choose that.</source>
        <translation>Aus dem Fotoprogramm als JPEG oder TIFF exportieren und das wählen.</translation>
    </message>
    <message>
        <source>FastFace, scale-power</source>
        <translation>FastFace, Scale-Power</translation>
    </message>
    <message>
        <source>FastFace, scheduled softmask</source>
        <translation>FastFace, Softmask nach Plan</translation>
    </message>
    <message>
        <source>Free some space or choose another folder.</source>
        <translation>Platz schaffen oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Get it from its original source, as .safetensors where there is a choice.</source>
        <translation>Von der ursprünglichen Quelle holen, wenn möglich als .safetensors.</translation>
    </message>
    <message>
        <source>Get it with: fastface models download %1. Or use --checkpoint %2.</source>
        <translation>Holen mit: fastface models download %1. Oder --checkpoint %2 verwenden.</translation>
    </message>
    <message>
        <source>Give the preset another name and import it again.</source>
        <translation>Der Vorgabe einen anderen Namen geben und sie noch einmal importieren.</translation>
    </message>
    <message>
        <source>Go on with your work; if it recurs, report it with its details.</source>
        <translation>Weiterarbeiten; wenn es wieder auftritt, mit den Einzelheiten melden.</translation>
    </message>
    <message>
        <source>Guides towards face and text separately, so that a strong style keeps the face. For drawings, paintings and other styles.</source>
        <translation>Führt zu Gesicht und Text getrennt, damit auch ein starker Stil das Gesicht behält. Für Zeichnungen, Gemälde und andere Stile.</translation>
    </message>
    <message>
        <source>Install the model again.</source>
        <translation>Das Modell noch einmal installieren.</translation>
    </message>
    <message>
        <source>Install the program again, or correct FASTFACE_CATALOGUE.</source>
        <translation>Das Programm noch einmal installieren oder FASTFACE_CATALOGUE berichtigen.</translation>
    </message>
    <message>
        <source>Loading the UNet</source>
        <translation>Das UNet wird geladen</translation>
    </message>
    <message>
        <source>Loading the decoder</source>
        <translation>Der Dekoder wird geladen</translation>
    </message>
    <message>
        <source>Loading the face adapter</source>
        <translation>Der Gesichtsadapter wird geladen</translation>
    </message>
    <message>
        <source>Loading the text encoders</source>
        <translation>Die Textkodierer werden geladen</translation>
    </message>
    <message>
        <source>Looking at the face</source>
        <translation>Das Gesicht wird angesehen</translation>
    </message>
    <message>
        <source>Looking at the faces</source>
        <translation>Die Gesichter werden angesehen</translation>
    </message>
    <message>
        <source>Makes the attention to the face a soft mask that follows the steps. For realistic portraits.</source>
        <translation>Macht aus der Aufmerksamkeit für das Gesicht eine weiche Maske, die den Schritten folgt. Für realistische Porträts.</translation>
    </message>
    <message>
        <source>Moving the model to %1</source>
        <translation>Das Modell kommt auf %1</translation>
    </message>
    <message>
        <source>Negative prompt: %1</source>
        <translation>Negativer Prompt: %1</translation>
    </message>
    <message>
        <source>No face was found in %1.</source>
        <translation>In %1 wurde kein Gesicht gefunden.</translation>
    </message>
    <message>
        <source>No face was found in the picture.</source>
        <translation>Im Bild wurde kein Gesicht gefunden.</translation>
    </message>
    <message>
        <source>Open it in a text editor and mend it, or choose another file.</source>
        <translation>In einem Texteditor öffnen und berichtigen oder eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>Photo %1, %2, seems to show someone else than the others.</source>
        <translation>Foto %1, %2, scheint jemand anderen zu zeigen als die übrigen.</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Der Prompt wird gelesen</translation>
    </message>
    <message>
        <source>Remove it, or choose another face in it.</source>
        <translation>Das Foto entfernen oder ein anderes Gesicht darin wählen.</translation>
    </message>
    <message>
        <source>Remove one of them, or choose another face in it.</source>
        <translation>Eines davon entfernen oder ein anderes Gesicht darin wählen.</translation>
    </message>
    <message>
        <source>Remove or correct that key, or make a preset of this program&apos;s own form.</source>
        <translation>Diesen Schlüssel entfernen oder berichtigen oder eine Vorgabe in der eigenen Form dieses Programms machen.</translation>
    </message>
    <message>
        <source>Run `fastface doctor` to see which torch fits, or use --device cpu.</source>
        <translation>`fastface doctor` zeigt, welches torch passt; oder --device cpu verwenden.</translation>
    </message>
    <message>
        <source>Run `fastface doctor`.</source>
        <translation>`fastface doctor` ausführen.</translation>
    </message>
    <message>
        <source>Save a smaller copy of it and choose that.</source>
        <translation>Eine kleinere Kopie speichern und diese wählen.</translation>
    </message>
    <message>
        <source>Save it with 8 or 16 bits per channel.</source>
        <translation>Mit 8 oder 16 Bit pro Kanal speichern.</translation>
    </message>
    <message>
        <source>Say what the picture shows.</source>
        <translation>Sagen, was das Bild zeigt.</translation>
    </message>
    <message>
        <source>Scale-power</source>
        <translation>Scale-Power</translation>
    </message>
    <message>
        <source>Scheduled softmask</source>
        <translation>Softmask nach Plan</translation>
    </message>
    <message>
        <source>Sharpens and strengthens the attention to the face. Fast; for realistic portraits.</source>
        <translation>Schärft und stärkt die Aufmerksamkeit für das Gesicht. Schnell; für realistische Porträts.</translation>
    </message>
    <message>
        <source>Start the program again; if it recurs, update the driver.</source>
        <translation>Das Programm neu starten; wenn es wieder auftritt, den Treiber aktualisieren.</translation>
    </message>
    <message>
        <source>Taken over from a configuration of the FastFace authors.</source>
        <translation>Übernommen aus einer Konfiguration der Autoren von FastFace.</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>The %1 in %2 does not fit SDXL: it was made for another architecture, or is incomplete.</source>
        <translation>%1 in %2 passt nicht zu SDXL: für eine andere Architektur gemacht oder unvollständig.</translation>
    </message>
    <message>
        <source>The %1 is missing from the model folder %2.</source>
        <translation>Im Modellordner %2 fehlt: %1.</translation>
    </message>
    <message>
        <source>The GPU stopped answering.</source>
        <translation>Die GPU antwortet nicht mehr.</translation>
    </message>
    <message>
        <source>The LoRA %1 does not fit this checkpoint: it was made for another architecture, or is no LoRA.</source>
        <translation>Die LoRA %1 passt nicht zu diesem Checkpoint: Sie ist für eine andere Architektur gemacht oder keine LoRA.</translation>
    </message>
    <message>
        <source>The UNet %1 does not fit this checkpoint: it was made for another architecture.</source>
        <translation>Das UNet %1 passt nicht zu diesem Checkpoint: Es ist für eine andere Architektur gemacht.</translation>
    </message>
    <message>
        <source>The catalogue of models in %1 cannot be read.</source>
        <translation>Der Katalog der Modelle in %1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The catalogue of models in %1 contradicts itself: %2.</source>
        <translation>Der Katalog der Modelle in %1 widerspricht sich: %2.</translation>
    </message>
    <message>
        <source>The catalogue&apos;s list of bundles</source>
        <translation>Die Liste der Pakete im Katalog</translation>
    </message>
    <message>
        <source>The catalogue&apos;s list of components</source>
        <translation>Die Liste der Teile im Katalog</translation>
    </message>
    <message>
        <source>The catalogue&apos;s list of licences</source>
        <translation>Die Liste der Lizenzen im Katalog</translation>
    </message>
    <message>
        <source>The checkpoint %1 is not an SDXL model.</source>
        <translation>Der Checkpoint %1 ist kein SDXL-Modell.</translation>
    </message>
    <message>
        <source>The checkpoint %1 is not installed; what is missing: %2.</source>
        <translation>Der Checkpoint %1 ist nicht installiert; es fehlt: %2.</translation>
    </message>
    <message>
        <source>The checkpoint and the face adapter alone, without guidance or attention settings; what the others are compared with.</source>
        <translation>Checkpoint und Gesichtsadapter allein, ohne Einstellungen für Führung oder Aufmerksamkeit; womit die anderen verglichen werden.</translation>
    </message>
    <message>
        <source>The device &quot;%1&quot; is not supported.</source>
        <translation>Das Gerät „%1“ wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The disk that holds %1 is full.</source>
        <translation>Der Datenträger mit %1 ist voll.</translation>
    </message>
    <message>
        <source>The face adapter %1 does not fit this checkpoint: %2.</source>
        <translation>Der Gesichtsadapter %1 passt nicht zu diesem Checkpoint: %2.</translation>
    </message>
    <message>
        <source>The face adapter %1 is incomplete.</source>
        <translation>Der Gesichtsadapter %1 ist unvollständig.</translation>
    </message>
    <message>
        <source>The face detector %1 finds boxes without eyes and mouth.</source>
        <translation>Der Gesichtsdetektor %1 findet Rahmen ohne Augen und Mund.</translation>
    </message>
    <message>
        <source>The face detector is missing from the model folder %1.</source>
        <translation>Im Modellordner %1 fehlt der Gesichtsdetektor.</translation>
    </message>
    <message>
        <source>The face is blurred. A sharper photo gives a better likeness.</source>
        <translation>Das Gesicht ist unscharf. Ein schärferes Foto ergibt mehr Ähnlichkeit.</translation>
    </message>
    <message>
        <source>The face is dark. Choose a photo with more light.</source>
        <translation>Das Gesicht ist dunkel. Ein Foto mit mehr Licht wählen.</translation>
    </message>
    <message>
        <source>The face is overexposed. Choose a photo with softer light.</source>
        <translation>Das Gesicht ist überbelichtet. Ein Foto mit weicherem Licht wählen.</translation>
    </message>
    <message>
        <source>The face is small. A closer photo gives a better likeness.</source>
        <translation>Das Gesicht ist klein. Ein Foto aus der Nähe ergibt mehr Ähnlichkeit.</translation>
    </message>
    <message>
        <source>The face is turned to the side. Choose a photo that shows it from the front.</source>
        <translation>Das Gesicht ist zur Seite gedreht. Ein Foto von vorn wählen.</translation>
    </message>
    <message>
        <source>The face looks far up or down. Choose a photo that shows it from the front.</source>
        <translation>Das Gesicht blickt weit nach oben oder unten. Ein Foto von vorn wählen.</translation>
    </message>
    <message>
        <source>The face recogniser %1 gives no usable answer.</source>
        <translation>Der Gesichtserkenner %1 gibt keine brauchbare Antwort.</translation>
    </message>
    <message>
        <source>The face recogniser %1 has another form than the face adapter needs.</source>
        <translation>Der Gesichtserkenner %1 hat eine andere Form, als der Gesichtsadapter braucht.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written to.</source>
        <translation>In den Ordner %1 kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The head leans to the side. Turn the photo upright.</source>
        <translation>Der Kopf neigt sich zur Seite. Das Foto aufrecht drehen.</translation>
    </message>
    <message>
        <source>The installed torch cannot compute on this GPU.</source>
        <translation>Das installierte torch kann auf dieser GPU nicht rechnen.</translation>
    </message>
    <message>
        <source>Loading the face models</source>
        <translation>Die Gesichtsmodelle werden geladen</translation>
    </message>
    <message>
        <source>Loading the libraries</source>
        <translation>Die Bibliotheken werden geladen</translation>
    </message>
    <message>
        <source>Making pictures</source>
        <translation>Bilder werden gemacht</translation>
    </message>
    <message>
        <source>Something unexpected happened: %1.</source>
        <translation>Etwas Unerwartetes ist geschehen: %1.</translation>
    </message>
    <message>
        <source>The model file %1 holds no weights.</source>
        <translation>Die Modelldatei %1 enthält keine Gewichte.</translation>
    </message>
    <message>
        <source>The model file %1 is damaged or holds something other than weights, so it was not opened.</source>
        <translation>Die Modelldatei %1 ist beschädigt oder enthält etwas anderes als Gewichte und wurde daher nicht geöffnet.</translation>
    </message>
    <message>
        <source>The model file %1 is damaged.</source>
        <translation>Die Modelldatei %1 ist beschädigt.</translation>
    </message>
    <message>
        <source>The model file %1 is empty.</source>
        <translation>Die Modelldatei %1 ist leer.</translation>
    </message>
    <message>
        <source>The model file %1 is incomplete or damaged.</source>
        <translation>Die Modelldatei %1 ist unvollständig oder beschädigt.</translation>
    </message>
    <message>
        <source>The model file %1 is incomplete or damaged: it has %2 bytes instead of %3.</source>
        <translation>Die Modelldatei %1 ist unvollständig oder beschädigt: Sie hat %2 statt %3 Byte.</translation>
    </message>
    <message>
        <source>The model file %1 is incomplete: some weights are not in it.</source>
        <translation>Die Modelldatei %1 ist unvollständig: Einige Gewichte fehlen darin.</translation>
    </message>
    <message>
        <source>The model file %1 is missing.</source>
        <translation>Die Modelldatei %1 fehlt.</translation>
    </message>
    <message>
        <source>The model file %1 is not a face recogniser.</source>
        <translation>Die Modelldatei %1 ist kein Gesichtserkenner.</translation>
    </message>
    <message>
        <source>The model file %1.safetensors is missing.</source>
        <translation>Die Modelldatei %1.safetensors fehlt.</translation>
    </message>
    <message>
        <source>The model in %1 is damaged or of another form.</source>
        <translation>Das Modell in %1 ist beschädigt oder von anderer Form.</translation>
    </message>
    <message>
        <source>Try again; if it recurs, report it with its details.</source>
        <translation>Noch einmal versuchen; wenn es wieder auftritt, mit den Einzelheiten melden.</translation>
    </message>
    <message>
        <source>The numbers overflowed in half precision, and the picture came out empty.</source>
        <translation>Die Zahlen liefen in halber Genauigkeit über, und das Bild blieb leer.</translation>
    </message>
    <message>
        <source>The page</source>
        <translation>Die Seite</translation>
    </message>
    <message>
        <source>The page that was open</source>
        <translation>Die Seite, die offen war</translation>
    </message>
    <message>
        <source>The picture&apos;s recipe is too long for a JPEG file.</source>
        <translation>Das Rezept des Bildes ist zu lang für eine JPEG-Datei.</translation>
    </message>
    <message>
        <source>The preset %1</source>
        <translation>Die Vorgabe %1</translation>
    </message>
    <message>
        <source>The prompt is too long: &quot;%1&quot; is not read.</source>
        <translation>Der Prompt ist zu lang: „%1“ wird nicht gelesen.</translation>
    </message>
    <message>
        <source>The recipe in %1</source>
        <translation>Das Rezept in %1</translation>
    </message>
    <message>
        <source>The request</source>
        <translation>Der Auftrag</translation>
    </message>
    <message>
        <source>The starter model is not trained yet, so a likeness means nothing.</source>
        <translation>Das Startmodell ist noch nicht trainiert, daher sagt eine Ähnlichkeit nichts aus.</translation>
    </message>
    <message>
        <source>The starter pack</source>
        <translation>Das Startpaket</translation>
    </message>
    <message>
        <source>The styles in %1</source>
        <translation>Die Stile in %1</translation>
    </message>
    <message>
        <source>The tokenizers do not fit the text encoders beside them.</source>
        <translation>Die Tokenizer passen nicht zu den Textkodierern daneben.</translation>
    </message>
    <message>
        <source>There %1 in %2, so face %3 cannot be taken.</source>
        <translation>In %2 %1, daher kann Gesicht %3 nicht genommen werden.</translation>
    </message>
    <message>
        <source>There is a preset named &quot;%1&quot; already.</source>
        <translation>Es gibt schon eine Vorgabe namens „%1“.</translation>
    </message>
    <message>
        <source>There is no bundle named &quot;%1&quot;.</source>
        <translation>Es gibt kein Paket namens „%1“.</translation>
    </message>
    <message>
        <source>There is no checkpoint named &quot;%1&quot;.</source>
        <translation>Es gibt keinen Checkpoint namens „%1“.</translation>
    </message>
    <message>
        <source>There is no component named &quot;%1&quot;.</source>
        <translation>Es gibt keinen Teil namens „%1“.</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>Es gibt keine Datei %1.</translation>
    </message>
    <message>
        <source>There is no photo to take the face from.</source>
        <translation>Es gibt kein Foto, von dem das Gesicht genommen werden kann.</translation>
    </message>
    <message>
        <source>There is no photo yet.</source>
        <translation>Es gibt noch kein Foto.</translation>
    </message>
    <message>
        <source>There is no preset named &quot;%1&quot;.</source>
        <translation>Es gibt keine Vorgabe namens „%1“.</translation>
    </message>
    <message>
        <source>There is no prompt yet.</source>
        <translation>Es gibt noch keinen Prompt.</translation>
    </message>
    <message>
        <source>There is no recipe in %1.</source>
        <translation>In %1 ist kein Rezept.</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture.</source>
        <translation>Für dieses Bild reicht der Speicher nicht.</translation>
    </message>
    <message>
        <source>This computer has no Apple GPU that torch can use.</source>
        <translation>Dieser Computer hat keine Apple-GPU, die torch benutzen kann.</translation>
    </message>
    <message>
        <source>This computer has no such NVIDIA GPU that torch can use.</source>
        <translation>Dieser Computer hat keine solche NVIDIA-GPU, die torch benutzen kann.</translation>
    </message>
    <message>
        <source>Use --device cpu.</source>
        <translation>--device cpu verwenden.</translation>
    </message>
    <message>
        <source>Use --replace to put the new one in its place.</source>
        <translation>Mit --replace tritt die neue an ihre Stelle.</translation>
    </message>
    <message>
        <source>Use auto, cuda, mps or cpu.</source>
        <translation>auto, cuda, mps oder cpu verwenden.</translation>
    </message>
    <message>
        <source>Where the window was, as Qt writes it</source>
        <translation>Wo das Fenster war, wie Qt es schreibt</translation>
    </message>
    <message>
        <source>Writing to %1 failed: %2.</source>
        <translation>Das Schreiben nach %1 ist fehlgeschlagen: %2.</translation>
    </message>
    <message>
        <source>are %1 faces</source>
        <translation>sind %1 Gesichter</translation>
    </message>
    <message>
        <source>is 1 face</source>
        <translation>ist 1 Gesicht</translation>
    </message>
    <message>
        <source>it expects an image encoder of size %1, and %2 has %3</source>
        <translation>er erwartet einen Bildkodierer der Größe %1, und %2 hat %3</translation>
    </message>
    <message>
        <source>it has %1 values for %2 steps</source>
        <translation>es hat %1 Werte für %2 Schritte</translation>
    </message>
    <message>
        <source>it has more attention layers than the checkpoint</source>
        <translation>er hat mehr Aufmerksamkeitsschichten als der Checkpoint</translation>
    </message>
    <message>
        <source>it has nothing for the attention layer %1</source>
        <translation>er hat nichts für die Aufmerksamkeitsschicht %1</translation>
    </message>
    <message>
        <source>it has too few entries</source>
        <translation>es hat zu wenige Einträge</translation>
    </message>
    <message>
        <source>it has too many entries</source>
        <translation>es hat zu viele Einträge</translation>
    </message>
    <message>
        <source>it is not an adapter of the kind expected here</source>
        <translation>er ist kein Adapter der hier erwarteten Art</translation>
    </message>
    <message>
        <source>it is too large</source>
        <translation>es ist zu groß</translation>
    </message>
    <message>
        <source>it should be a list of names</source>
        <translation>es soll eine Liste von Namen sein</translation>
    </message>
    <message>
        <source>it should be a list of numbers</source>
        <translation>es soll eine Liste von Zahlen sein</translation>
    </message>
    <message>
        <source>it should be a list of whole numbers from 0 to %1</source>
        <translation>es soll eine Liste ganzer Zahlen von 0 bis %1 sein</translation>
    </message>
    <message>
        <source>it should be a number</source>
        <translation>es soll eine Zahl sein</translation>
    </message>
    <message>
        <source>it should be a whole number</source>
        <translation>es soll eine ganze Zahl sein</translation>
    </message>
    <message>
        <source>it should be an object</source>
        <translation>es soll ein Objekt sein</translation>
    </message>
    <message>
        <source>it should be true or false</source>
        <translation>es soll true oder false sein</translation>
    </message>
    <message>
        <source>it should lie between 1 and %1</source>
        <translation>es soll zwischen 1 und %1 liegen</translation>
    </message>
    <message>
        <source>its form</source>
        <translation>seiner Form</translation>
    </message>
    <message>
        <source>its layers have the size %1 instead of %2</source>
        <translation>seine Schichten haben die Größe %1 statt %2</translation>
    </message>
    <message>
        <source>its projection is not of the form expected</source>
        <translation>seine Projektion hat nicht die erwartete Form</translation>
    </message>
    <message>
        <source>only one of the two weights has a schedule</source>
        <translation>nur eines der beiden Gewichte hat einen Verlauf</translation>
    </message>
    <message>
        <source>the JPEG file is cut short</source>
        <translation>die JPEG-Datei ist abgeschnitten</translation>
    </message>
    <message>
        <source>the JPEG file is damaged</source>
        <translation>die JPEG-Datei ist beschädigt</translation>
    </message>
    <message>
        <source>the PNG file is cut short</source>
        <translation>die PNG-Datei ist abgeschnitten</translation>
    </message>
    <message>
        <source>the WebP file is cut short</source>
        <translation>die WebP-Datei ist abgeschnitten</translation>
    </message>
    <message>
        <source>the WebP file is damaged</source>
        <translation>die WebP-Datei ist beschädigt</translation>
    </message>
    <message>
        <source>this field is missing</source>
        <translation>dieses Feld fehlt</translation>
    </message>
    <message>
        <source>this field is not known</source>
        <translation>dieses Feld ist nicht bekannt</translation>
    </message>
    <message>
        <source>this key is not known</source>
        <translation>dieser Schlüssel ist nicht bekannt</translation>
    </message>
</context>
<context>
    <name>dropped</name>
    <message>
        <source>That is an address on the web. Save the photo on this computer and drop the file here.</source>
        <translation>Das ist eine Adresse im Web. Das Foto auf diesem Computer speichern und die Datei hier ablegen.</translation>
    </message>
    <message>
        <source>{dropped} files were dropped; {taken} are taken. A handful of good photos is enough.</source>
        <translation>{dropped} Dateien wurden abgelegt, {taken} werden genommen. Eine Handvoll guter Fotos genügt.</translation>
    </message>
    <message>
        <source>There are more photos; {taken} are taken. A handful of good ones is enough.</source>
        <translation>Es sind mehr Fotos da, {taken} werden genommen. Eine Handvoll guter genügt.</translation>
    </message>
    <message>
        <source>There are no photos in the folder {name}.</source>
        <translation>Im Ordner {name} sind keine Fotos.</translation>
    </message>
</context>
<context>
    <name>likeness</name>
    <message>
        <source>Strong</source>
        <translation>Stark</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Weak</source>
        <translation>Schwach</translation>
    </message>
    <message>
        <source>No likeness</source>
        <translation>Keine Ähnlichkeit</translation>
    </message>
    <message>
        <source>Likeness to the person: cosine similarity of the two faces, 1 is the same</source>
        <translation>Ähnlichkeit mit der Person: Kosinus-Ähnlichkeit der beiden Gesichter, 1 ist gleich</translation>
    </message>
</context>
</TS>
