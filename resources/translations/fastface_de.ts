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
        <translation>Stärke des Adapters</translation>
    </message>
    <message>
        <source>LoRA strength</source>
        <translation>Stärke der LoRA</translation>
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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is the name of a built-in preset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 points to a missing row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 GB free of %2 GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 It goes on in %2 seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 Nothing was moved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and %2 seem to show different people.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and the folder of the models lie within one another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrived damaged and is fetched once more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrived damaged twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be taken over because of %2: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be used as a base: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot go on with %2 in the middle.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot go on with %2 in the middle. It is read from the start; what is there already stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 comes from %2 in another length than it should have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be read from its folder or drive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not allow the download of %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not have %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 exists already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 gave a wrong result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has %2 x %3 pixels, more than the %4 million that are read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has a value that is not allowed%2: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has had too many requests from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no pixels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has sent nothing for %2 seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has the architecture %2.%3, for which the installed torch was not built.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a camera raw file, which cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is another file at %2 than the one FastFace knows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged and is fetched again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged or incomplete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is larger than %2 GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no .safetensors file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no pack of models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a photo in a form that can be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a picture that can be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a text file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not in the library.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not supported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not valid JSON.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not wholly installed; what is missing or damaged: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is open only to accounts that have accepted its terms.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is open only to those who have an access token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is out of order at the moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too large for this computer&apos;s memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too large to be a preset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 leads to an address that cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 may not be read by this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 on %2 %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stores measurements rather than brightness.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was changed in the meantime.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was not found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was not tried.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2, made by %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, architecture %2.%3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, built %2%3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1.%2 is not allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: its own terms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file of a person cannot be read: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A name has 1 to %1 letters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A portrait takes %1 photos at most, and these are %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rating of %1 does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tag has 1 to 64 letters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a photo with a large, sharp face that looks at the camera.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add one of the photos again; it is then made anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the person with `fastface people add NAME FILE...`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow reading it in the file&apos;s properties, or copy it to a folder of your own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow writing to it, or choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another FastFace is changing the models folder at this moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program is changing the library.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program is reading the library, so what was deleted could not be erased from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apple GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking %1 for the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bearer %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check its name and place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is a file and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that its drive is connected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that its folder or drive is connected, or choose another photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the access token and its permissions; in a company network, ask whether the address is blocked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the drive and its free space, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the drive it lies on, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the internet connection, and the mirror and proxy in Preferences. What has arrived is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the mirror&apos;s address if you have set one; otherwise look for a newer version of FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the mirror&apos;s address, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the name of the picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the name, or see `fastface presets list`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the proxy in Preferences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking the model files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose PNG or WebP, or a shorter prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a JPEG, PNG, WebP, TIFF, HEIC or AVIF picture, or save this one as JPEG first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a JSON file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a LoRA made for SDXL.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a UNet made for SDXL.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a checkpoint as .safetensors: other forms can hold code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a checkpoint made for SDXL.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file made with: fastface models export.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder outside of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a number from 1 to %1, counted from the left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a photo file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a photo with a large, sharp, upright face; turn this one first if it lies on its side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a picture made by FastFace that was not edited since.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a picture made by FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a smaller size or close other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a smaller size, make fewer pictures at a time, or close other programs that use the GPU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose an adapter made for SDXL, of the kind that the checkpoint asks for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose an empty folder, or remove that file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another drive for the pack.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another drive, and have this one checked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder or allow reading it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder or allow writing to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another name, or use --replace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another person.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another tag.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose at least one photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose date, rating or likeness.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of: %1; or name a JSON file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one that turns 112 pixels into 512 numbers, as ArcFace&apos;s do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the best photos of one person.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder or the file that holds the models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space, or %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is too little space for the %1 in %2: %3 are needed and %4 are free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the photo again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a form of pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a backup, or it is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A quality of %1 is not allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A side of %1 pixels is not allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept them at %1 with the account of your access token, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program has the library open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backing up: %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose %1 to %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file that `fastface library backup` made, or another copy of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder with pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another naming pattern, or another profile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the photos inside it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close it and run `fastface library clean`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs that use the GPU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy it again from the camera or phone, or choose another photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy it to this computer and choose the copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the pack again from where it was made. What was imported until now is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the pack again, or update FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct it, or leave it empty for none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct it, or unset it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct or delete the file %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Creator and copyright are too long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoupled guidance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoupled guidance with scale-power. For realistic and stylised portraits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoupled guidance with the scheduled softmask and its correction. For realistic and stylised portraits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download this model again, or choose another checkpoint with --checkpoint.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a photo of the person on the window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Euler a</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export it as JPEG or TIFF from your photo program and choose that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting picture %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FastFace, scale-power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FastFace, scheduled softmask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space or choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full-size models need 8 GB: use smaller pictures, or --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it again, or repair it with: fastface models repair.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it from its original source, as .safetensors where there is a choice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it from its source again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it with: fastface models download %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get it with: fastface models download %1. Or use --checkpoint %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give a picture&apos;s number from `fastface gallery list`, or its path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give another name with --name, or remove that one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the name of a file for the pack.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the preset another name and import it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guides towards face and text separately, so that a strong style keeps the face. For drawings, paintings and other styles.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If this network asks for a log-in in the browser, do that first; else check the mirror and the proxy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install a torch built for CUDA from %1/%2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install that version, or a newer one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install the torch from %1/%2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was made by %1: update FastFace on the older of the two computers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the UNet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the decoder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the face adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the text encoders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the faces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make it, or choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make one on %1, put it into Preferences or run: fastface network token. Then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes the attention to the face a soft mask that follows the steps. For realistic portraits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missing: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moving the model to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Negative prompt: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No NVIDIA GPU was found; pictures are computed on the CPU, which takes minutes with full-size models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face was found in %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No face was found in the picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No photo of %1 can be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not said</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is named &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of %1 can be removed: it is not installed, or all of it is needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One computation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it in a text editor and mend it, or choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photo %1, %2, seems to show someone else than the others.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures cannot be sorted by &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put a valid one into Preferences, or run: fastface network token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put them into the proxy&apos;s address: http://NAME:PASSWORD@HOST:PORT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read them with: fastface models licences. Then repeat the command with --accept-licences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading or writing in %1 failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading pictures: %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the backup: %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove first what needs it: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove it, or choose another face in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove one of them, or choose another face in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove or correct that key, or make a preset of this program&apos;s own form.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repair it with: fastface models repair.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore it from a backup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore the folder of people from a backup.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run `fastface doctor` to see which torch fits, or use --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run `fastface doctor`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run `fastface library check`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run `fastface library rebuild`, which makes it again from them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a smaller copy of it and choose that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save it with 8 or 16 bits per channel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say what the picture shows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale-power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scheduled softmask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See `fastface gallery list`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See `fastface people photos`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See what is installed with: fastface models list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sharpens and strengthens the attention to the face. Fast; for realistic portraits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shorten them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something between the hub and this computer changes it: try another network or mirror.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the program again; if it recurs, update the driver.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken over from a configuration of the FastFace authors.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>The %1 in %2 does not fit SDXL: it was made for another architecture, or is incomplete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 is missing from the model folder %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 is not possible: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The GPU stopped answering.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The LoRA %1 does not fit this checkpoint: it was made for another architecture, or is no LoRA.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The UNet %1 does not fit this checkpoint: it was made for another architecture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The access token is not accepted by %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address of %1 is not found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer of %1 about %2 is not understood.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is damaged: a part of it is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup is damaged: a part of it was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The backup was made by a newer version of FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The catalogue of models in %1 cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The catalogue of models in %1 contradicts itself: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The catalogue&apos;s list of bundles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The catalogue&apos;s list of components</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The catalogue&apos;s list of licences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checkpoint %1 is not an SDXL model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checkpoint %1 is not installed; what is missing: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The checkpoint and the face adapter alone, without guidance or attention settings; what the others are compared with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to %1 breaks again and again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to %1 is not secure: its certificate is not accepted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The device &quot;%1&quot; is not supported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk that holds %1 is full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive of %1 does not keep what is written to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive of %1 does not keep what is written to it: %2 came back different.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face adapter %1 does not fit this checkpoint: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face adapter %1 is incomplete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face detector %1 finds boxes without eyes and mouth.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face detector is missing from the model folder %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is blurred.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is blurred. A sharper photo gives a better likeness.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is dark. Choose a photo with more light.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is large, sharp and well lit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is only %1 pixels wide; %2 are needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is overexposed. Choose a photo with softer light.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is small. A closer photo gives a better likeness.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is too bright.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is too dark.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is turned to the side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face is turned to the side. Choose a photo that shows it from the front.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face looks far up or down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face looks far up or down. Choose a photo that shows it from the front.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face recogniser %1 gives no usable answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The face recogniser %1 has another form than the face adapter needs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 is damaged or holds something other than weights, so it was not opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 is damaged, incomplete, or no .safetensors file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 is damaged: its content is not what it should be.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file %1 is not where it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is not a backup of FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder %1 cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder %1 cannot be written to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The head leans to the side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The head leans to the side. Turn the photo upright.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The installed torch cannot compute on this GPU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The installed torch, built for CUDA %1, cannot use the NVIDIA driver %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kind of proxy that is set is not supported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The library was made by a newer version of FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The library&apos;s database is damaged; pictures and people are files and are not affected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of contents of %1 cannot be read: it is damaged, or of a later version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 holds no weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is damaged or holds something other than weights, so it was not opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is incomplete or damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is incomplete or damaged: it has %2 bytes instead of %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is incomplete: some weights are not in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 is not a face recogniser.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1.safetensors is missing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model in %1 is damaged or of another form.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name &quot;%1&quot; cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The naming pattern has a brace that is not closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The naming pattern has a format that is not allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The naming pattern has an unknown field &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network is switched off for FastFace.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The new folder holds another file in the place of %1: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The numbers overflowed in half precision, and the picture came out empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pack %1 holds something that does not belong there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pack %1 is damaged in: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pack %1 is incomplete: it ends before %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pack holds something that this version does not know: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The page that was open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The person has no such photo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture&apos;s recipe is too long for a JPEG file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The preset %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The profile share keeps &quot;%1&quot; to itself, so it cannot stand in the name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt is too long: &quot;%1&quot; is not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy %1 refuses.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proxy asks for a name and a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings of the network cannot be read: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The starter model is not trained yet, so a likeness means nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The starter model works well on a CPU. For full-size models use a computer with an NVIDIA GPU of 8 GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The starter pack</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The styles in %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tokenizers do not fit the text encoders beside them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There %1 in %2, so face %3 cannot be taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a library already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a preset named &quot;%1&quot; already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is already a base named &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is an NVIDIA GPU (driver %1), but the installed torch was built for the CPU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no bundle named &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no checkpoint named &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no component named &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no connection to %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no photo to take the face from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no photo yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture %1 in the library.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no preset named &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no profile &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no prompt yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no recipe in %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nobody named &quot;%1&quot; in the library.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory for this picture.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is somebody named &quot;%1&quot; already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These terms have to be accepted first: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no Apple GPU that torch can use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no such NVIDIA GPU that torch can use.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This person is not in the library any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To allow it, switch Offline off in Preferences, or run: fastface network offline off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unset it first, or set it to the new folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update the driver, or install the torch that fits it from %1/%2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Update the driver, or use --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --device cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --replace to put the new one in its place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use --replace: it is then moved aside as a whole, and the backup put in place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use auto, cuda, mps or cpu.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use these: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until it is done, or close it, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until it is done, or stop it, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What has arrived is kept. Try again later, or choose another mirror in Preferences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What has arrived is kept: try again %1. With an access token more is allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What has arrived is kept: try again later to go on from there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was measured of this person&apos;s photos is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the window was, as Qt writes it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing to %1 failed: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it expects an image encoder of size %1, and %2 has %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has %1 values for %2 steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has more attention layers than the checkpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has nothing for the attention layer %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has too few entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has too many entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is SDXL&apos;s refiner, not its base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a Flux model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a LoRA, not a whole checkpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a Stable Diffusion 1 or 2 model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a Stable Diffusion 3 model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is no Stable Diffusion checkpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not an adapter of the kind expected here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is one part of a checkpoint, not all of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be a list of names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be a list of numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be a list of whole numbers from 0 to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be a number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be a whole number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be an object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should be true or false</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it should lie between 1 and %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it was made for another architecture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its %1 is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its UNet takes %1 channels, as for inpainting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its layers have the size %1 instead of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its numbers are of the kind %1, which cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its projection is not of the form expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only one of the two weights has a schedule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JPEG file is cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JPEG file is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the PNG file is cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the WebP file is cut short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the WebP file is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this field is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this field is not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this key is not known</source>
        <translation type="unfinished"></translation>
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
