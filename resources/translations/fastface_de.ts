<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Press a key together with Ctrl or Alt, or a function key.</source>
        <translation>Eine Taste zusammen mit Strg oder Alt drücken, oder eine Funktionstaste.</translation>
    </message>
    <message>
        <source>{key} alone is for writing. Add Ctrl or Alt.</source>
        <translation>{key} allein dient zum Schreiben. Strg oder Alt dazunehmen.</translation>
    </message>
    <message>
        <source>{key} is already used for: {action}.</source>
        <translation>{key} dient schon für: {action}.</translation>
    </message>
    <message>
        <source>{words} ({keys})</source>
        <translation>{words} ({keys})</translation>
    </message>
</context>
<context>
    <name>AddLook</name>
    <message>
        <source>A portrait. Or write what it shows.</source>
        <translation>Ein Porträt. Oder schreib, was es zeigt.</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>Was das Bild zeigt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Back to the batch</source>
        <translation>Zurück zum Stapel</translation>
    </message>
    <message>
        <source>Add this look</source>
        <translation>Diesen Stil nehmen</translation>
    </message>
    <message>
        <source>A column of this look</source>
        <translation>Eine Spalte mit diesem Stil</translation>
    </message>
    <message>
        <source>What the pictures look like</source>
        <translation>Wie die Bilder aussehen</translation>
    </message>
</context>
<context>
    <name>AddPeople</name>
    <message>
        <source>Search people</source>
        <translation>Personen suchen</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Click, or press Space, to choose or leave out</source>
        <translation>Klicken oder Leertaste: nehmen oder weglassen</translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Choose everyone who is listed</source>
        <translation>Alle nehmen, die in der Liste stehen</translation>
    </message>
    <message>
        <source>From folders…</source>
        <translation>Aus Ordnern…</translation>
    </message>
    <message>
        <source>Choose a folder with the photos of one person</source>
        <translation>Einen Ordner mit den Fotos einer Person wählen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Back to the batch</source>
        <translation>Zurück zum Stapel</translation>
    </message>
    <message>
        <source>Put them into the batch</source>
        <translation>In den Stapel nehmen</translation>
    </message>
    <message>
        <source>Who is in the batch</source>
        <translation>Wer im Stapel ist</translation>
    </message>
    <message>
        <source>The people are locked. Unlock them on the page People.</source>
        <translation>Die Personen sind gesperrt. Entsperren Sie sie auf der Seite „Personen“.</translation>
    </message>
    <message>
        <source>There is nobody in the library yet. Folders with photos can be used as well.</source>
        <translation>In der Bibliothek ist noch niemand. Ordner mit Fotos gehen auch.</translation>
    </message>
    <message>
        <source>Add 1 person</source>
        <translation>1 Person nehmen</translation>
    </message>
    <message>
        <source>Add {count} people</source>
        <translation>{count} Personen nehmen</translation>
    </message>
</context>
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
        <source>Pictures to stop at</source>
        <translation>Bilder, nach denen aufgehört wird</translation>
    </message>
    <message>
        <source>Stop after</source>
        <translation>Aufhören nach</translation>
    </message>
    <message>
        <source>Good from</source>
        <translation>Gut ab</translation>
    </message>
    <message>
        <source>say from where</source>
        <translation>ab wo, ist zu sagen</translation>
    </message>
    <message>
        <source>by the match with the drawing</source>
        <translation>nach der Nähe zur Zeichnung</translation>
    </message>
    <message>
        <source>Match with the drawing to stop at</source>
        <translation>Nähe zur Zeichnung, bei der Schluss ist</translation>
    </message>
    <message>
        <source>The match with the drawing that counts, 1 is the same</source>
        <translation>Die Nähe zur Zeichnung, ab der ein Bild zählt; 1 ist gleich</translation>
    </message>
    <message>
        <source>by the likeness to the person</source>
        <translation>nach der Ähnlichkeit mit der Person</translation>
    </message>
    <message>
        <source>Likeness to stop at</source>
        <translation>Ähnlichkeit, ab der ein Bild zählt</translation>
    </message>
    <message>
        <source>The likeness (cosine similarity of the faces) that counts</source>
        <translation>Die Ähnlichkeit (Kosinus-Ähnlichkeit der Gesichter), ab der ein Bild zählt</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>all that are asked for</source>
        <translation>allen gewünschten</translation>
    </message>
    <message>
        <source> good ones</source>
        <translation> guten</translation>
    </message>
    <message>
        <source>Stop once so many pictures are this near; no more than asked for are made</source>
        <translation>Aufhören, sobald so viele Bilder so nah sind; mehr als verlangt werden es nie</translation>
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
    <name>Agreement</name>
    <message>
        <source>Do you have the permission of everybody in these photos?</source>
        <translation>Haben Sie die Einwilligung aller auf diesen Fotos?</translation>
    </message>
    <message>
        <source>A portrait can look like a photo. Your answer is kept with the batch, with today&apos;s date.</source>
        <translation>Ein Porträt kann wie ein Foto aussehen. Ihre Antwort bleibt mit dem heutigen Datum beim Stapel.</translation>
    </message>
    <message>
        <source>Yes, of everybody</source>
        <translation>Ja, von allen</translation>
    </message>
</context>
<context>
    <name>AgreementBars</name>
    <message>
        <source>Agreement of each photo with the others</source>
        <translation>Übereinstimmung jedes Fotos mit den anderen</translation>
    </message>
    <message>
        <source>nothing to compare with</source>
        <translation>nichts zum Vergleichen</translation>
    </message>
    <message>
        <source>Photo {number}: {agreement}, {used}</source>
        <translation>Foto {number}: {agreement}, {used}</translation>
    </message>
</context>
<context>
    <name>AlbumActs</name>
    <message>
        <source>The album is now called {name}.</source>
        <translation>Das Album heißt jetzt {name}.</translation>
    </message>
    <message>
        <source>The album {name} is gone. Its pictures are still there.</source>
        <translation>Das Album {name} ist gelöscht. Seine Bilder sind noch da.</translation>
    </message>
    <message>
        <source>1 taken out of {name}</source>
        <translation>1 aus {name} genommen</translation>
    </message>
    <message>
        <source>{count} taken out of {name}</source>
        <translation>{count} aus {name} genommen</translation>
    </message>
    <message>
        <source>1 put into {name}</source>
        <translation>1 in {name} gelegt</translation>
    </message>
    <message>
        <source>{count} put into {name}</source>
        <translation>{count} in {name} gelegt</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>Making the picture</source>
        <translation>Das Bild wird gemacht</translation>
    </message>
    <message>
        <source>Making {count} pictures</source>
        <translation>{count} Bilder werden gemacht</translation>
    </message>
    <message>
        <source>The picture is made</source>
        <translation>Das Bild ist fertig</translation>
    </message>
    <message>
        <source>Picture {number} of {count} is made</source>
        <translation>Bild {number} von {count} ist fertig</translation>
    </message>
</context>
<context>
    <name>AttentionCard</name>
    <message>
        <source>What is done to the attention</source>
        <translation>Was mit der Aufmerksamkeit geschieht</translation>
    </message>
    <message>
        <source>How the picture&apos;s regions look at the face</source>
        <translation>Wie die Bereiche des Bildes auf das Gesicht achten</translation>
    </message>
    <message>
        <source>Attention manipulation of the identity cross-attention</source>
        <translation>Manipulation der Identitäts-Cross-Attention</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
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
        <source>Custom chain</source>
        <translation>Eigene Kette</translation>
    </message>
    <message>
        <source>Add power</source>
        <translation>Potenz anfügen</translation>
    </message>
    <message>
        <source>Put A to a power at the end of the chain</source>
        <translation>A am Ende der Kette potenzieren</translation>
    </message>
    <message>
        <source>Add scale</source>
        <translation>Faktor anfügen</translation>
    </message>
    <message>
        <source>Scale A at the end of the chain</source>
        <translation>A am Ende der Kette vervielfachen</translation>
    </message>
    <message>
        <source>Add softmask</source>
        <translation>Softmask anfügen</translation>
    </message>
    <message>
        <source>Mask A softly at the end of the chain</source>
        <translation>A am Ende der Kette weich maskieren</translation>
    </message>
    <message>
        <source>down</source>
        <translation>abwärts</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>up</source>
        <translation>aufwärts</translation>
    </message>
    <message>
        <source>Where in the model it is done</source>
        <translation>Wo im Modell es geschieht</translation>
    </message>
    <message>
        <source>Blocks of the UNet</source>
        <translation>Blöcke des UNet</translation>
    </message>
    <message>
        <source>one or more</source>
        <translation>einer oder mehrere</translation>
    </message>
    <message>
        <source>Blocks: {name}</source>
        <translation>Blöcke: {name}</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Which parts of what is known of the face; empty means all</source>
        <translation>Welche Teile dessen, was vom Gesicht bekannt ist; leer heißt alle</translation>
    </message>
    <message>
        <source>Identity tokens</source>
        <translation>Identitäts-Tokens</translation>
    </message>
    <message>
        <source>numbers from 0, with commas</source>
        <translation>Zahlen ab 0, mit Kommas</translation>
    </message>
    <message>
        <source>Invert the first token</source>
        <translation>Erstes Token umkehren</translation>
    </message>
    <message>
        <source>The first token looks away from the face; it is turned over before and back after</source>
        <translation>Das erste Token achtet auf alles außer dem Gesicht; es wird vorher umgekehrt und danach zurück</translation>
    </message>
    <message>
        <source>Inversion of token 0</source>
        <translation>Inversion von Token 0</translation>
    </message>
    <message>
        <source>Correction</source>
        <translation>Korrektur</translation>
    </message>
    <message>
        <source>How much of the change is kept; the rest has the mean and spread from before. 0 is off</source>
        <translation>Wie viel der Änderung bleibt; der Rest behält Mittel und Streuung von vorher. 0 ist aus</translation>
    </message>
    <message>
        <source>AdaIN weight w</source>
        <translation>AdaIN-Gewicht w</translation>
    </message>
    <message>
        <source>Normalisation</source>
        <translation>Normierung</translation>
    </message>
    <message>
        <source>Reference: branches together</source>
        <translation>Referenz: Zweige gemeinsam</translation>
    </message>
    <message>
        <source>Independent: each branch alone</source>
        <translation>Unabhängig: jeder Zweig für sich</translation>
    </message>
    <message>
        <source>Together is as published and needs all branches; alone lets a step leave out what it can</source>
        <translation>Gemeinsam ist wie veröffentlicht und braucht alle Zweige; für sich kann ein Schritt auslassen, was er nicht braucht</translation>
    </message>
    <message>
        <source>Min-max normalisation N of the softmask</source>
        <translation>Min-Max-Normierung N der Softmask</translation>
    </message>
    <message>
        <source>Attention to the face</source>
        <translation>Aufmerksamkeit für das Gesicht</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>In which steps it is done</source>
        <translation>In welchen Schritten es geschieht</translation>
    </message>
    <message>
        <source>Attention at step {step}</source>
        <translation>Aufmerksamkeit in Schritt {step}</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
</context>
<context>
    <name>AxisEditor</name>
    <message>
        <source>{which}: setting</source>
        <translation>{which}: Einstellung</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>{which}: part of the model</source>
        <translation>{which}: Teil des Modells</translation>
    </message>
    <message>
        <source>In which blocks of the UNet the value changes</source>
        <translation>In welchen Blöcken des UNet sich der Wert ändert</translation>
    </message>
    <message>
        <source>All blocks</source>
        <translation>Alle Blöcke</translation>
    </message>
    <message>
        <source>{which}: step</source>
        <translation>{which}: Schritt</translation>
    </message>
    <message>
        <source>In which step of the preset the value changes</source>
        <translation>In welchem Schritt der Vorgabe sich der Wert ändert</translation>
    </message>
    <message>
        <source>{which}: values</source>
        <translation>{which}: Werte</translation>
    </message>
    <message>
        <source>Values one after the other: {values}. Or a range: {range} is five values.</source>
        <translation>Werte nacheinander: {values}. Oder ein Bereich: {range} sind fünf Werte.</translation>
    </message>
    <message>
        <source>{which}: texts</source>
        <translation>{which}: Texte</translation>
    </message>
    <message>
        <source>One on each line</source>
        <translation>Einer je Zeile</translation>
    </message>
    <message>
        <source>{which}: choices</source>
        <translation>{which}: Auswahl</translation>
    </message>
    <message>
        <source>Tick what is to be compared</source>
        <translation>Ankreuzen, was verglichen werden soll</translation>
    </message>
    <message>
        <source>All steps</source>
        <translation>Alle Schritte</translation>
    </message>
    <message>
        <source>Step {number}</source>
        <translation>Schritt {number}</translation>
    </message>
    <message>
        <source>Only one setting varies</source>
        <translation>Nur eine Einstellung ändert sich</translation>
    </message>
</context>
<context>
    <name>BatchSheet</name>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>People in rows, looks in columns, pictures in each cell</source>
        <translation>Personen in Zeilen, Stile in Spalten, Bilder in jeder Zelle</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Frühere</translation>
    </message>
    <message>
        <source>Batches that were begun before</source>
        <translation>Stapel, die schon begonnen wurden</translation>
    </message>
    <message>
        <source>Empty all</source>
        <translation>Alles leeren</translation>
    </message>
    <message>
        <source>Take everybody and every look out</source>
        <translation>Alle Personen und Stile herausnehmen</translation>
    </message>
    <message>
        <source>New batch</source>
        <translation>Neuer Stapel</translation>
    </message>
    <message>
        <source>Put another batch together</source>
        <translation>Einen anderen Stapel zusammenstellen</translation>
    </message>
    <message>
        <source>Close the sheet; the batch goes on (Esc)</source>
        <translation>Das Blatt schließen; der Stapel läuft weiter (Esc)</translation>
    </message>
    <message>
        <source>Batch {day}</source>
        <translation>Stapel {day}</translation>
    </message>
    <message>
        <source>{name}, not finished</source>
        <translation>{name}, nicht fertig</translation>
    </message>
</context>
<context>
    <name>BundleCard</name>
    <message>
        <source>Progress of {name}</source>
        <translation>Fortschritt von {name}</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Show the files of {name}</source>
        <translation>Die Dateien von {name} zeigen</translation>
    </message>
    <message>
        <source>Files of {name}</source>
        <translation>Dateien von {name}</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Read every file and compare it with its checksum</source>
        <translation>Jede Datei lesen und mit ihrer Prüfsumme vergleichen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Say first what removing it means</source>
        <translation>Zuerst sagen, was das Entfernen bedeutet</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>{name}: files, verify, export, remove</source>
        <translation>{name}: Dateien, prüfen, exportieren, entfernen</translation>
    </message>
    <message>
        <source>Delete these files</source>
        <translation>Diese Dateien löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Delete nothing</source>
        <translation>Nichts löschen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Write it into one file, for a computer without a network</source>
        <translation>In eine Datei schreiben, für einen Computer ohne Netz</translation>
    </message>
    <message>
        <source>Commercial use</source>
        <translation>Kommerzielle Nutzung</translation>
    </message>
    <message>
        <source>Not commercial</source>
        <translation>Nicht kommerziell</translation>
    </message>
    <message>
        <source>{size} more</source>
        <translation>{size} mehr</translation>
    </message>
    <message>
        <source>on disk</source>
        <translation>auf der Platte</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
    <message>
        <source>a picture here, not measured yet</source>
        <translation>ein Bild hier, noch nicht gemessen</translation>
    </message>
    <message>
        <source>a picture here, measured</source>
        <translation>ein Bild hier, gemessen</translation>
    </message>
    <message>
        <source>a picture here, estimated</source>
        <translation>ein Bild hier, geschätzt</translation>
    </message>
    <message>
        <source>about {time} a picture</source>
        <translation>etwa {time} je Bild</translation>
    </message>
    <message>
        <source>of graphics memory</source>
        <translation>Grafikspeicher</translation>
    </message>
    <message>
        <source>of memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>of {size} graphics memory</source>
        <translation>von {size} Grafikspeicher</translation>
    </message>
    <message>
        <source>of {size} memory</source>
        <translation>von {size} Arbeitsspeicher</translation>
    </message>
    <message>
        <source>{needs} of {has} GB</source>
        <translation>{needs} von {has} GB</translation>
    </message>
    <message>
        <source>{size} on this computer</source>
        <translation>{size} auf diesem Computer</translation>
    </message>
    <message>
        <source>{missing} of {size} still to fetch</source>
        <translation>{missing} von {size} noch zu laden</translation>
    </message>
    <message>
        <source>{size} to fetch</source>
        <translation>{size} zu laden</translation>
    </message>
    <message>
        <source>Recommended · {size}</source>
        <translation>Empfohlen · {size}</translation>
    </message>
    <message>
        <source>{word}: {name}</source>
        <translation>{word}: {name}</translation>
    </message>
    <message>
        <source>Stop here; what has arrived is kept</source>
        <translation>Hier anhalten; was angekommen ist, bleibt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop this</source>
        <translation>Dies anhalten</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Everything is here and verified</source>
        <translation>Alles ist da und geprüft</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Fetch again what is damaged or missing, and nothing else</source>
        <translation>Neu laden, was beschädigt ist oder fehlt, und sonst nichts</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with the download where it was stopped</source>
        <translation>Dort weiterladen, wo angehalten wurde</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Fetch it from the internet and verify it</source>
        <translation>Aus dem Internet laden und prüfen</translation>
    </message>
    <message>
        <source>not here</source>
        <translation>nicht da</translation>
    </message>
    <message>
        <source>begun</source>
        <translation>begonnen</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>This frees {size}.</source>
        <translation>Das macht {size} frei.</translation>
    </message>
    <message>
        <source>What others need stays: {names}.</source>
        <translation>Was andere brauchen, bleibt: {names}.</translation>
    </message>
    <message>
        <source>These need it and stop working: {names}.</source>
        <translation>Diese brauchen es und gehen dann nicht mehr: {names}.</translation>
    </message>
</context>
<context>
    <name>BundleList</name>
    <message>
        <source>Works, but slowly here</source>
        <translation>Geht, aber langsam</translation>
    </message>
    <message>
        <source>Beside the models</source>
        <translation>Neben den Modellen</translation>
    </message>
    <message>
        <source>More that fit</source>
        <translation>Weitere passende</translation>
    </message>
    <message>
        <source>Does not fit here</source>
        <translation>Passt hier nicht</translation>
    </message>
    <message>
        <source>Models that need more than this computer has</source>
        <translation>Modelle, die mehr brauchen, als dieser Computer hat</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>Passt zu diesem Computer</translation>
    </message>
    <message>
        <source>{count} models; there is too little room on the drive</source>
        <translation>{count} Modelle; auf dem Laufwerk ist zu wenig Platz</translation>
    </message>
    <message>
        <source>{count} models; they need up to {size} of memory</source>
        <translation>{count} Modelle; sie brauchen bis zu {size} Speicher</translation>
    </message>
    <message>
        <source>Where to write the pack</source>
        <translation>Wohin das Paket geschrieben wird</translation>
    </message>
    <message>
        <source>Packs (*.pack)</source>
        <translation>Pakete (*.pack)</translation>
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
    <name>CanvasHead</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop after this step</source>
        <translation>Nach diesem Schritt anhalten</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The picture alone</source>
        <translation>Nur das Bild</translation>
    </message>
    <message>
        <source>Beside the photo</source>
        <translation>Neben dem Foto</translation>
    </message>
    <message>
        <source>The picture beside the photo</source>
        <translation>Das Bild neben dem Foto</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
</context>
<context>
    <name>CareLine</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop this; nothing is lost</source>
        <translation>Anhalten; nichts geht verloren</translation>
    </message>
    <message>
        <source>Comparing files and database</source>
        <translation>Dateien und Datenbank werden verglichen</translation>
    </message>
    <message>
        <source>Looking through the pictures</source>
        <translation>Die Bilder werden durchgesehen</translation>
    </message>
    <message>
        <source>Backing up</source>
        <translation>Sicherung läuft</translation>
    </message>
    <message>
        <source>Moving the pictures</source>
        <translation>Die Bilder werden verschoben</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Hält an…</translation>
    </message>
</context>
<context>
    <name>CellPair</name>
    <message>
        <source>The chosen cell&apos;s picture beside the photo</source>
        <translation>Das Bild der gewählten Zelle neben dem Foto</translation>
    </message>
    <message>
        <source>Chosen cell</source>
        <translation>Gewählte Zelle</translation>
    </message>
    <message>
        <source>The photo</source>
        <translation>Das Foto</translation>
    </message>
</context>
<context>
    <name>CellPanel</name>
    <message>
        <source>See it large</source>
        <translation>Groß ansehen</translation>
    </message>
    <message>
        <source>Show the picture as large as fits (Enter)</source>
        <translation>Das Bild so groß zeigen, wie Platz ist (Eingabetaste)</translation>
    </message>
    <message>
        <source>Use on Create</source>
        <translation>In „Erstellen“ verwenden</translation>
    </message>
    <message>
        <source>Fill Create with what made this picture</source>
        <translation>„Erstellen“ mit dem füllen, woraus dieses Bild entstand</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Name of the new preset</source>
        <translation>Name der neuen Vorgabe</translation>
    </message>
    <message>
        <source>What the preset is to be called; 1 to 80 characters</source>
        <translation>Wie die Vorgabe heißen soll; 1 bis 80 Zeichen</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>Als Vorgabe sichern</translation>
    </message>
    <message>
        <source>A preset that makes this cell&apos;s pictures, with its size and checkpoint</source>
        <translation>Eine Vorgabe, die die Bilder dieser Zelle macht, mit Größe und Checkpoint</translation>
    </message>
    <message>
        <source>Not made yet</source>
        <translation>Noch nicht gemacht</translation>
    </message>
    <message>
        <source>no likeness</source>
        <translation>keine Ähnlichkeit</translation>
    </message>
    <message>
        <source>seed {seed}: {number}</source>
        <translation>Startwert {seed}: {number}</translation>
    </message>
</context>
<context>
    <name>ChanceButton</name>
    <message>
        <source>Words by chance: {red|blue}, and lists of your own</source>
        <translation>Wörter nach Zufall: {rot|blau}, und eigene Listen</translation>
    </message>
    <message>
        <source>Choice between words</source>
        <translation>Auswahl zwischen Wörtern</translation>
    </message>
    <message>
        <source>A line of this list</source>
        <translation>Eine Zeile dieser Liste</translation>
    </message>
    <message>
        <source>Lists of your own…</source>
        <translation>Eigene Listen…</translation>
    </message>
    <message>
        <source>red|blue</source>
        <translation>red|blue</translation>
    </message>
    <message>
        <source>One entry in each line. In a prompt this list is __colours__, as its file is named.</source>
        <translation>Ein Eintrag je Zeile. Im Prompt heißt diese Liste __colours__, wie ihre Datei.</translation>
    </message>
    <message>
        <source>red, dark blue, olive green, sand, white</source>
        <translation>red, dark blue, olive green, sand, white</translation>
    </message>
</context>
<context>
    <name>Choices</name>
    <message>
        <source>That is you, drawn.</source>
        <translation>Das bist du, gezeichnet.</translation>
    </message>
    <message>
        <source>Choose how it should look. You can write what else it shows.</source>
        <translation>Wähle, wie es aussehen soll. Du kannst dazuschreiben, was es noch zeigt.</translation>
    </message>
    <message>
        <source>A portrait. Or write what it shows.</source>
        <translation>Ein Porträt. Oder schreib, was es zeigt.</translation>
    </message>
    <message>
        <source>What the picture shows, in English</source>
        <translation>Was das Bild zeigt, auf Englisch</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>Was das Bild zeigt</translation>
    </message>
    <message>
        <source>I have this person’s permission, or it is me</source>
        <translation>Die Person ist einverstanden, oder ich bin es selbst</translation>
    </message>
    <message>
        <source>Pictures are made only with the permission of the person they show.</source>
        <translation>Bilder werden nur gemacht, wenn die gezeigte Person einverstanden ist.</translation>
    </message>
    <message>
        <source>Kept with the person</source>
        <translation>Wird bei der Person vermerkt</translation>
    </message>
    <message>
        <source>Make the picture</source>
        <translation>Das Bild machen</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>Make my portrait</source>
        <translation>Mein Porträt machen</translation>
    </message>
</context>
<context>
    <name>ChoicesLine</name>
    <message>
        <source>Other words for the next picture (another seed)</source>
        <translation>Andere Wörter für das nächste Bild (anderer Startwert)</translation>
    </message>
    <message>
        <source>Next: {words}</source>
        <translation>Als Nächstes: {words}</translation>
    </message>
</context>
<context>
    <name>ClientPanel</name>
    <message>
        <source>Contact</source>
        <translation>Kontakt</translation>
    </message>
    <message>
        <source>A mail address or a telephone number</source>
        <translation>Eine E-Mail-Adresse oder Telefonnummer</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>What you call the order</source>
        <translation>Wie Sie den Auftrag nennen</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Names of groups, with commas between them</source>
        <translation>Namen von Gruppen, mit Kommas dazwischen</translation>
    </message>
    <message>
        <source>Anything you want to remember</source>
        <translation>Alles, was wichtig ist</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Notes on this person; kept when the field is left</source>
        <translation>Notizen zu dieser Person; gespeichert, wenn das Feld verlassen wird</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Kunde</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>The photo beside them (P)</source>
        <translation>Das Foto daneben (P)</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>Back to the grid (Escape)</source>
        <translation>Zurück zum Raster (Escape)</translation>
    </message>
    <message>
        <source>Two</source>
        <translation>Zwei</translation>
    </message>
    <message>
        <source>Two pictures beside each other</source>
        <translation>Zwei Bilder nebeneinander</translation>
    </message>
    <message>
        <source>Four</source>
        <translation>Vier</translation>
    </message>
    <message>
        <source>Four pictures beside each other</source>
        <translation>Vier Bilder nebeneinander</translation>
    </message>
    <message>
        <source>Tab: next picture. Arrows: another in its place. 0 to 5: stars, 6 to 9: label.</source>
        <translation>Tab: nächstes Bild. Pfeile: ein anderes an seine Stelle. 0 bis 5: Sterne, 6 bis 9: Farbe.</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Set-up</source>
        <translation>Aufbau</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Set-up or pictures</source>
        <translation>Aufbau oder Bilder</translation>
    </message>
    <message>
        <source>Pictures are being made</source>
        <translation>Bilder werden gerade gemacht</translation>
    </message>
    <message>
        <source>Nothing is being made</source>
        <translation>Es wird nichts gemacht</translation>
    </message>
    <message>
        <source>There is no picture in view</source>
        <translation>Es ist kein Bild zu sehen</translation>
    </message>
    <message>
        <source>{made} of {all} made</source>
        <translation>{made} von {all} erstellt</translation>
    </message>
    <message>
        <source>{name} is saved.</source>
        <translation>{name} ist gesichert.</translation>
    </message>
    <message>
        <source>The comparison is off the list; its pictures are in the gallery.</source>
        <translation>Der Vergleich steht nicht mehr in der Liste; seine Bilder sind in der Galerie.</translation>
    </message>
    <message>
        <source>{name} is among your presets.</source>
        <translation>{name} ist unter den eigenen Vorgaben.</translation>
    </message>
</context>
<context>
    <name>ComparePane</name>
    <message>
        <source>Picture to compare</source>
        <translation>Bild zum Vergleichen</translation>
    </message>
    <message>
        <source>Reject, or take that back (X)</source>
        <translation>Ablehnen, oder das zurücknehmen (X)</translation>
    </message>
</context>
<context>
    <name>ComparisonCard</name>
    <message>
        <source>Makes two small pictures of the person on Create after each change; they are not kept</source>
        <translation>Macht nach jeder Änderung zwei kleine Bilder der Person aus „Erstellen“; sie werden nicht aufgehoben</translation>
    </message>
    <message>
        <source>After each change</source>
        <translation>Nach jeder Änderung</translation>
    </message>
    <message>
        <source>Make before and after again after each change</source>
        <translation>Vorher und Nachher nach jeder Änderung neu erstellen</translation>
    </message>
    <message>
        <source>Before: plain</source>
        <translation>Vorher: schlicht</translation>
    </message>
    <message>
        <source>Before: as saved</source>
        <translation>Vorher: wie gesichert</translation>
    </message>
    <message>
        <source>What to compare with</source>
        <translation>Womit verglichen wird</translation>
    </message>
    <message>
        <source>The checkpoint alone, or this preset as it is saved</source>
        <translation>Der Checkpoint allein oder diese Vorgabe, wie sie gesichert ist</translation>
    </message>
    <message>
        <source>Another seed for both</source>
        <translation>Anderer Startwert für beide</translation>
    </message>
    <message>
        <source>Other seed</source>
        <translation>Anderer Startwert</translation>
    </message>
    <message>
        <source>Makes both pictures now; they are not kept</source>
        <translation>Erstellt jetzt beide Bilder; sie werden nicht behalten</translation>
    </message>
    <message>
        <source>before the last change</source>
        <translation>vor der letzten Änderung</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try it, about {time}</source>
        <translation>Ausprobieren, etwa {time}</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Ausprobieren</translation>
    </message>
    <message>
        <source>Goes in after the picture that is being made.</source>
        <translation>Kommt nach dem Bild dran, das gerade entsteht.</translation>
    </message>
    <message>
        <source>{what}…</source>
        <translation>{what}…</translation>
    </message>
    <message>
        <source>Making the picture after the change…</source>
        <translation>Das Bild nach der Änderung entsteht…</translation>
    </message>
    <message>
        <source>Making the picture before the change…</source>
        <translation>Das Bild vor der Änderung entsteht…</translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation>Wartet…</translation>
    </message>
    <message>
        <source>Samples, drawn by the starter. Try it shows the person on Create.</source>
        <translation>Beispiele, vom Startmodell gezeichnet. Ausprobieren zeigt die Person von Erstellen.</translation>
    </message>
    <message>
        <source>Same person, prompt and seed {seed}.</source>
        <translation>Gleiche Person, gleicher Prompt und Startwert {seed}.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
</context>
<context>
    <name>ComparisonChoice</name>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Begin a new comparison, or look at an earlier one</source>
        <translation>Einen neuen Vergleich beginnen oder einen früheren ansehen</translation>
    </message>
    <message>
        <source>New comparison</source>
        <translation>Neuer Vergleich</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Add people…</source>
        <translation>Personen…</translation>
    </message>
    <message>
        <source>Choose who is in the batch</source>
        <translation>Wählen, wer im Stapel ist</translation>
    </message>
    <message>
        <source>Add a look…</source>
        <translation>Stil…</translation>
    </message>
    <message>
        <source>Choose a style and what the picture shows</source>
        <translation>Einen Stil wählen, und was das Bild zeigt</translation>
    </message>
    <message>
        <source>Open a table…</source>
        <translation>Tabelle öffnen…</translation>
    </message>
    <message>
        <source>A table with a row for each person, as CSV, JSON or YAML</source>
        <translation>Eine Tabelle mit einer Zeile für jede Person, als CSV, JSON oder YAML</translation>
    </message>
    <message>
        <source>or drop folders, one for each person</source>
        <translation>oder Ordner fallen lassen, einen je Person</translation>
    </message>
    <message>
        <source>Add people and looks: each cell between them says how many pictures are made.</source>
        <translation>Nehmen Sie Personen und Stile: jede Zelle dazwischen sagt, wie viele Bilder gemacht werden.</translation>
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
        <source>Shape</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Pictures that are less alike are made once more, with another seed</source>
        <translation>Bilder, die weniger ähnlich sind, werden mit einem anderen Startwert noch einmal gemacht</translation>
    </message>
    <message>
        <source>Each picture</source>
        <translation>Jedes Bild</translation>
    </message>
    <message>
        <source>Save the batch as a table</source>
        <translation>Den Stapel als Tabelle sichern</translation>
    </message>
    <message>
        <source>Only {score} and better, up to {count} tries</source>
        <translation>Nur {score} und besser, bis zu {count} Versuche</translation>
    </message>
    <message>
        <source>Choose a folder with the photos of one person</source>
        <translation>Einen Ordner mit den Fotos einer Person wählen</translation>
    </message>
    <message>
        <source>Open a table of people</source>
        <translation>Eine Tabelle mit Personen öffnen</translation>
    </message>
    <message>
        <source>Tables ({suffixes})</source>
        <translation>Tabellen ({suffixes})</translation>
    </message>
</context>
<context>
    <name>ComputerStep</name>
    <message>
        <source>Looking at this computer</source>
        <translation>Dieser Computer wird angesehen</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal ansehen</translation>
    </message>
    <message>
        <source>Look at this computer once more</source>
        <translation>Diesen Computer noch einmal ansehen</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Copy all of this as text, to send it to somebody</source>
        <translation>All das als Text kopieren, um es jemandem zu schicken</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>To know</source>
        <translation>Zu wissen</translation>
    </message>
    <message>
        <source>To mend</source>
        <translation>Zu beheben</translation>
    </message>
    <message>
        <source>Computing library</source>
        <translation>Rechenbibliothek</translation>
    </message>
    <message>
        <source>Graphics processor</source>
        <translation>Grafikprozessor</translation>
    </message>
    <message>
        <source>Its driver</source>
        <translation>Dessen Treiber</translation>
    </message>
    <message>
        <source>Its memory</source>
        <translation>Dessen Speicher</translation>
    </message>
    <message>
        <source>Full-size models</source>
        <translation>Modelle in voller Größe</translation>
    </message>
    <message>
        <source>A real computation</source>
        <translation>Eine echte Berechnung</translation>
    </message>
    <message>
        <source>Parts of the program</source>
        <translation>Teile des Programms</translation>
    </message>
    <message>
        <source>Main memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Room for models</source>
        <translation>Platz für Modelle</translation>
    </message>
    <message>
        <source>Room for pictures</source>
        <translation>Platz für Bilder</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>Startmodell</translation>
    </message>
    <message>
        <source>Something has to be mended before pictures can be made.</source>
        <translation>Vor dem ersten Bild ist etwas zu beheben.</translation>
    </message>
    <message>
        <source>Looking at what this computer can do…</source>
        <translation>Was dieser Computer kann, wird angesehen…</translation>
    </message>
    <message>
        <source>The starter model works here. Full-size models are slow without a GPU.</source>
        <translation>Das Startmodell läuft hier sofort. Große Modelle sind ohne GPU langsam.</translation>
    </message>
    <message>
        <source>The starter model works here at once. Models need a folder first.</source>
        <translation>Das Startmodell läuft hier sofort. Modelle brauchen zuerst einen Ordner.</translation>
    </message>
    <message>
        <source>This computer is ready. What to know is marked below.</source>
        <translation>Dieser Computer ist bereit. Was zu wissen ist, steht unten.</translation>
    </message>
    <message>
        <source>This computer is ready, for full-size models too.</source>
        <translation>Dieser Computer ist bereit, auch für große Modelle.</translation>
    </message>
</context>
<context>
    <name>ConsentPanel</name>
    <message>
        <source>Permission</source>
        <translation>Einwilligung</translation>
    </message>
    <message>
        <source>Write down what was agreed</source>
        <translation>Aufschreiben, was vereinbart wurde</translation>
    </message>
    <message>
        <source>Note it…</source>
        <translation>Notieren…</translation>
    </message>
    <message>
        <source>No permission is noted any more</source>
        <translation>Danach ist keine Einwilligung mehr notiert</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Zurückziehen</translation>
    </message>
    <message>
        <source>What was agreed</source>
        <translation>Was vereinbart wurde</translation>
    </message>
    <message>
        <source>What was agreed, in your words</source>
        <translation>Was vereinbart wurde, in eigenen Worten</translation>
    </message>
    <message>
        <source>For instance where the agreement lies, and what the pictures may be used for</source>
        <translation>Etwa wo die Vereinbarung liegt und wofür die Bilder verwendet werden dürfen</translation>
    </message>
    <message>
        <source>Alt and the down arrow open a month</source>
        <translation>Alt und Pfeil nach unten öffnen einen Monat</translation>
    </message>
    <message>
        <source>Given on</source>
        <translation>Gegeben am</translation>
    </message>
    <message>
        <source>Ask again after</source>
        <translation>Neu fragen nach dem</translation>
    </message>
    <message>
        <source>The permission&apos;s last day. After it Create asks again</source>
        <translation>Der letzte Tag der Einwilligung. Danach wird beim Erstellen neu gefragt</translation>
    </message>
    <message>
        <source>The permission&apos;s last day</source>
        <translation>Der letzte Tag der Einwilligung</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Keep this permission</source>
        <translation>Diese Einwilligung behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave it as it was</source>
        <translation>Alles lassen, wie es war</translation>
    </message>
    <message>
        <source>Given on {day}, without an end.</source>
        <translation>Gegeben am {day}, ohne Ende.</translation>
    </message>
    <message>
        <source>Ended on {day}. Create asks again before the next picture.</source>
        <translation>Endete am {day}. Vor dem nächsten Bild wird neu gefragt.</translation>
    </message>
    <message>
        <source>Given on {day}, until {end}.</source>
        <translation>Gegeben am {day}, bis {end}.</translation>
    </message>
    <message>
        <source>Create asks for it before the first picture.</source>
        <translation>Vor dem ersten Bild wird danach gefragt.</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Change the permission</source>
        <translation>Einwilligung ändern</translation>
    </message>
    <message>
        <source>Note a permission</source>
        <translation>Einwilligung notieren</translation>
    </message>
    <message>
        <source>Nothing is written yet.</source>
        <translation>Es ist noch nichts eingetragen.</translation>
    </message>
    <message>
        <source>Say what was agreed, in a few words.</source>
        <translation>In wenigen Worten sagen, was vereinbart wurde.</translation>
    </message>
    <message>
        <source>The permission ends before it was given.</source>
        <translation>Die Einwilligung endet, bevor sie gegeben wurde.</translation>
    </message>
    <message>
        <source>Choose a later last day.</source>
        <translation>Einen späteren letzten Tag wählen.</translation>
    </message>
    <message>
        <source>The text has more than 5,000 letters.</source>
        <translation>Der Text hat mehr als 5.000 Zeichen.</translation>
    </message>
    <message>
        <source>Say it shorter.</source>
        <translation>Kürzer fassen.</translation>
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
        <source>Do you have the permission of {name}?</source>
        <translation>Haben Sie die Einwilligung von {name}?</translation>
    </message>
</context>
<context>
    <name>CopySaver</name>
    <message>
        <source>Save a copy of the picture</source>
        <translation>Kopie des Bildes speichern</translation>
    </message>
    <message>
        <source>Picture (*{suffix})</source>
        <translation>Bild (*{suffix})</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Gespeichert als {name}.</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>Create</source>
        <translation>Erstellen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Angaben</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Settings or picture</source>
        <translation>Angaben oder Bild</translation>
    </message>
    <message>
        <source>There is no picture in view</source>
        <translation>Kein Bild im Blick</translation>
    </message>
    <message>
        <source>Nothing is being made</source>
        <translation>Gerade entsteht nichts</translation>
    </message>
    <message>
        <source>The text was added to the prompt.</source>
        <translation>Der Text wurde dem Prompt hinzugefügt.</translation>
    </message>
</context>
<context>
    <name>CurveName</name>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>The keys then move the curve of the face</source>
        <translation>Die Tasten bewegen dann die Kurve des Gesichts</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The keys then move the curve of the text</source>
        <translation>Die Tasten bewegen dann die Kurve des Textes</translation>
    </message>
</context>
<context>
    <name>CurveView</name>
    <message>
        <source>{up} over {across}</source>
        <translation>{up} über {across}</translation>
    </message>
</context>
<context>
    <name>DamagedView</name>
    <message>
        <source>Back to everyone</source>
        <translation>Zurück zu allen</translation>
    </message>
    <message>
        <source>Photos in the folder: {count}</source>
        <translation>Fotos im Ordner: {count}</translation>
    </message>
    <message>
        <source>Pictures that were made: {count}</source>
        <translation>Erstellte Bilder: {count}</translation>
    </message>
</context>
<context>
    <name>DaysStrip</name>
    <message>
        <source>From</source>
        <translation>Ab</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>Erster Tag</translation>
    </message>
    <message>
        <source>The first day; Alt and the down arrow open a month</source>
        <translation>Der erste Tag; Alt und Pfeil nach unten öffnen einen Monat</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Letzter Tag</translation>
    </message>
    <message>
        <source>The last day; Alt and the down arrow open a month</source>
        <translation>Der letzte Tag; Alt und Pfeil nach unten öffnen einen Monat</translation>
    </message>
    <message>
        <source>Close this line; the days stay chosen</source>
        <translation>Diese Zeile schließen; die Tage bleiben gewählt</translation>
    </message>
    <message>
        <source>Not before the first day</source>
        <translation>Nicht vor dem ersten Tag</translation>
    </message>
    <message>
        <source>Not after the last day</source>
        <translation>Nicht nach dem letzten Tag</translation>
    </message>
    <message>
        <source>The last day is before the first.</source>
        <translation>Der letzte Tag liegt vor dem ersten.</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>The search is done: 1 setting is on its curve.</source>
        <translation>Die Suche ist fertig: Auf ihrer Kurve liegt 1 Einstellung.</translation>
    </message>
    <message>
        <source>The search is done: {count} settings are on its curve.</source>
        <translation>Die Suche ist fertig: Auf ihrer Kurve liegen {count} Einstellungen.</translation>
    </message>
    <message>
        <source>{name} is done, with 1 picture.</source>
        <translation>{name} ist fertig, mit 1 Bild.</translation>
    </message>
    <message>
        <source>{name} is done, with {count} pictures.</source>
        <translation>{name} ist fertig, mit {count} Bildern.</translation>
    </message>
    <message>
        <source>1 row is not made.</source>
        <translation>1 Zeile ist nicht gemacht.</translation>
    </message>
    <message>
        <source>{count} rows are not made.</source>
        <translation>{count} Zeilen sind nicht gemacht.</translation>
    </message>
    <message>
        <source>%1 is not loaded by itself: the program ended while it was loaded last.</source>
        <translation>%1 wird nicht von selbst geladen: Beim letzten Laden wurde das Programm beendet.</translation>
    </message>
    <message>
        <source>%1 needs more memory than is free; the starter model is used instead.</source>
        <translation>%1 braucht mehr Speicher, als frei ist; das Startmodell vertritt es.</translation>
    </message>
</context>
<context>
    <name>DiagnosticsSection</name>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>One file for somebody who helps. It holds versions, device, settings, times and the log; no names, prompts, photos, pictures or folders. All of it is shown below; nothing is sent.</source>
        <translation>Eine Datei für jemanden, der hilft. Sie enthält Versionen, Gerät, Einstellungen, Zeiten und das Protokoll; keine Namen, Prompts, Fotos, Bilder oder Ordner. Alles davon steht unten; nichts wird verschickt.</translation>
    </message>
    <message>
        <source>What the file holds</source>
        <translation>Was die Datei enthält</translation>
    </message>
    <message>
        <source>All that is in the file</source>
        <translation>Alles, was in der Datei steht</translation>
    </message>
    <message>
        <source>Save file…</source>
        <translation>Datei speichern…</translation>
    </message>
    <message>
        <source>Save what is shown here as a text file</source>
        <translation>Was hier steht, als Textdatei speichern</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy all of this as text</source>
        <translation>Alles als Text kopieren</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal ansehen</translation>
    </message>
    <message>
        <source>Gather everything again</source>
        <translation>Alles neu zusammenstellen</translation>
    </message>
    <message>
        <source>Where the file is to lie</source>
        <translation>Wo die Datei liegen soll</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Text (*.txt)</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>Gespeichert als {name}.</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
</context>
<context>
    <name>DownloadLine</name>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>Show the page Models</source>
        <translation>Die Seite Modelle zeigen</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>Fortschritt des Downloads</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Go on with the download</source>
        <translation>Den Download fortsetzen</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>{name} could not be fetched</source>
        <translation>{name} konnte nicht geladen werden</translation>
    </message>
</context>
<context>
    <name>DrawnNote</name>
    <message>
        <source>Drawn by the starter</source>
        <translation>Vom Startmodell gezeichnet</translation>
    </message>
    <message>
        <source>Drawn by the starter. A full-size model measures the likeness.</source>
        <translation>Vom Startmodell gezeichnet. Die Ähnlichkeit misst ein großes Modell.</translation>
    </message>
    <message>
        <source>Full-size models</source>
        <translation>Große Modelle</translation>
    </message>
    <message>
        <source>To the page Models: full-size models measure the likeness</source>
        <translation>Zur Seite Modelle: große Modelle messen die Ähnlichkeit</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>Übernommen</translation>
    </message>
</context>
<context>
    <name>DrawnPill</name>
    <message>
        <source>Drawn by the starter</source>
        <translation>Vom Startmodell gezeichnet</translation>
    </message>
    <message>
        <source>Get a photographic model</source>
        <translation>Fotografisches Modell holen</translation>
    </message>
    <message>
        <source>To the page Models</source>
        <translation>Zur Seite Modelle</translation>
    </message>
</context>
<context>
    <name>DropField</name>
    <message>
        <source>Choose one photo or several of the same person</source>
        <translation>Ein Foto oder mehrere derselben Person wählen</translation>
    </message>
    <message>
        <source>Choose a photo…</source>
        <translation>Foto wählen…</translation>
    </message>
    <message>
        <source>try it with the example photo</source>
        <translation>mit dem Beispielfoto ausprobieren</translation>
    </message>
    <message>
        <source>A photo of an astronaut, which is free to use</source>
        <translation>Ein Foto einer Astronautin, das frei verwendet werden darf</translation>
    </message>
    <message>
        <source>or</source>
        <translation>oder</translation>
    </message>
    <message>
        <source>Let go to use this photo</source>
        <translation>Loslassen, um dieses Foto zu nehmen</translation>
    </message>
    <message>
        <source>Drop photos here</source>
        <translation>Fotos hier ablegen</translation>
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
    <name>EmptyCanvas</name>
    <message>
        <source>One person in three styles, drawn by the starter</source>
        <translation>Eine Person in drei Stilen, vom Startmodell gezeichnet</translation>
    </message>
    <message>
        <source>Your picture appears here</source>
        <translation>Hier erscheint das Bild</translation>
    </message>
    <message>
        <source>Say what the picture shows, and make it.</source>
        <translation>Sagen, was das Bild zeigt, und es machen.</translation>
    </message>
    <message>
        <source>Drop photos of a person anywhere on the window, say what the picture shows, and make it.</source>
        <translation>Fotos einer Person irgendwo auf dem Fenster ablegen, sagen, was das Bild zeigt, und es machen.</translation>
    </message>
    <message>
        <source>The chosen person in three styles</source>
        <translation>Die gewählte Person in drei Stilen</translation>
    </message>
    <message>
        <source>Examples, drawn by the starter</source>
        <translation>Beispiele, vom Startmodell gezeichnet</translation>
    </message>
</context>
<context>
    <name>EmptyGallery</name>
    <message>
        <source>Examples, drawn by the starter</source>
        <translation>Beispiele, vom Startmodell gezeichnet</translation>
    </message>
    <message>
        <source>Pictures of three people, each in another style</source>
        <translation>Bilder von drei Personen, jede in einem anderen Stil</translation>
    </message>
    <message>
        <source>Go to Create</source>
        <translation>Zu Erstellen</translation>
    </message>
    <message>
        <source>Make the first one</source>
        <translation>Das erste machen</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Ordner importieren…</translation>
    </message>
    <message>
        <source>Take in pictures that are there already</source>
        <translation>Bilder aufnehmen, die schon da sind</translation>
    </message>
    <message>
        <source>Show all pictures</source>
        <translation>Alle Bilder zeigen</translation>
    </message>
    <message>
        <source>Without words and filters</source>
        <translation>Ohne Suchwörter und Filter</translation>
    </message>
    <message>
        <source>Back to the pictures</source>
        <translation>Zurück zu den Bildern</translation>
    </message>
    <message>
        <source>All pictures outside of the trash</source>
        <translation>Alle Bilder außerhalb des Papierkorbs</translation>
    </message>
    <message>
        <source>No picture is like that</source>
        <translation>Kein Bild passt dazu</translation>
    </message>
    <message>
        <source>Search for fewer words, or take a filter away.</source>
        <translation>Nach weniger Wörtern suchen oder einen Filter wegnehmen.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>Der Papierkorb ist leer</translation>
    </message>
    <message>
        <source>What you throw away stays here for 30 days and can be put back.</source>
        <translation>Was weggeworfen wird, bleibt 30 Tage hier und kann zurückgelegt werden.</translation>
    </message>
    <message>
        <source>There are no duplicates</source>
        <translation>Es gibt keine Duplikate</translation>
    </message>
    <message>
        <source>No two pictures have the same pixels.</source>
        <translation>Keine zwei Bilder haben dieselben Pixel.</translation>
    </message>
    <message>
        <source>Your pictures will be here</source>
        <translation>Hier werden die Bilder sein</translation>
    </message>
    <message>
        <source>Rate them, put them in albums, export them. They are plain files in your pictures folder, with all that made them inside.</source>
        <translation>Bewerten, in Alben legen, exportieren. Es sind gewöhnliche Dateien im Bilderordner, mit allem darin, woraus sie entstanden.</translation>
    </message>
</context>
<context>
    <name>EverybodysPermission</name>
    <message>
        <source>the person in {photo}</source>
        <translation>der Person auf {photo}</translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>Close the export (Escape)</source>
        <translation>Export schließen (Escape)</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>No prompt, no names, no paths. Says only that a model made it.</source>
        <translation>Kein Prompt, keine Namen, keine Pfade. Sagt nur, dass ein Modell es gemacht hat.</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Everything: the whole recipe, to make the same picture again.</source>
        <translation>Alles: das ganze Rezept, um dasselbe Bild wieder zu machen.</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Kunde</translation>
    </message>
    <message>
        <source>Stars, creator and copyright, without prompt and recipe.</source>
        <translation>Sterne, Urheber und Copyright, ohne Prompt und Rezept.</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>Wie es ist</translation>
    </message>
    <message>
        <source>The format of the files</source>
        <translation>Das Format der Dateien</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>The longer side at most; nothing is enlarged</source>
        <translation>Die längere Seite höchstens; nichts wird vergrößert</translation>
    </message>
    <message>
        <source>Longer side</source>
        <translation>Längere Seite</translation>
    </message>
    <message>
        <source>Of JPEG and WebP: 100 is the best, and the largest</source>
        <translation>Von JPEG und WebP: 100 ist am besten, und am größten</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>What is in braces is filled in: {fields}</source>
        <translation>Was in Klammern steht, wird eingesetzt: {fields}</translation>
    </message>
    <message>
        <source>Names of the files</source>
        <translation>Namen der Dateien</translation>
    </message>
    <message>
        <source>Creator</source>
        <translation>Urheber</translation>
    </message>
    <message>
        <source>Whose work it is</source>
        <translation>Wessen Werk es ist</translation>
    </message>
    <message>
        <source>Copyright</source>
        <translation>Copyright</translation>
    </message>
    <message>
        <source>For example © 2030 Studio</source>
        <translation>Zum Beispiel © 2030 Studio</translation>
    </message>
    <message>
        <source>Say that a model made it</source>
        <translation>Als KI-Bild kennzeichnen</translation>
    </message>
    <message>
        <source>In the file&apos;s metadata, where other programs look for it</source>
        <translation>In den Metadaten der Datei, wo andere Programme danach suchen</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Where the copies go</source>
        <translation>Wohin die Kopien kommen</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the copies</source>
        <translation>Den Ordner der Kopien öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop; the copies that are there stay</source>
        <translation>Anhalten; die Kopien, die da sind, bleiben</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Write the copies</source>
        <translation>Die Kopien schreiben</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Export 1 picture</source>
        <translation>1 Bild exportieren</translation>
    </message>
    <message>
        <source>Export {count} pictures</source>
        <translation>{count} Bilder exportieren</translation>
    </message>
    <message>
        <source>Others can see that it is no photograph. Some places ask for that.</source>
        <translation>Andere können sehen, dass es kein Foto ist. Mancherorts ist das vorgeschrieben.</translation>
    </message>
    <message>
        <source>Nothing in the file says that it is no photograph. Say it elsewhere.</source>
        <translation>Nichts in der Datei sagt, dass es kein Foto ist. Es anderswo sagen.</translation>
    </message>
    <message>
        <source>For example {name}</source>
        <translation>Zum Beispiel {name}</translation>
    </message>
    <message>
        <source>The models of {count} of them forbid commercial use: {licences}.</source>
        <translation>Die Modelle von {count} davon verbieten kommerzielle Nutzung: {licences}.</translation>
    </message>
    <message>
        <source>The terms of {count} of them are not known.</source>
        <translation>Die Bedingungen von {count} davon sind nicht bekannt.</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Wird angehalten</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Stopped. The copies that were written stay.</source>
        <translation>Angehalten. Die geschriebenen Kopien bleiben.</translation>
    </message>
    <message>
        <source>1 copy is written.</source>
        <translation>1 Kopie ist geschrieben.</translation>
    </message>
    <message>
        <source>{count} copies are written.</source>
        <translation>{count} Kopien sind geschrieben.</translation>
    </message>
    <message>
        <source>{count} more were not written.</source>
        <translation>{count} weitere wurden nicht geschrieben.</translation>
    </message>
    <message>
        <source>The contact sheet is {name}.</source>
        <translation>Der Kontaktbogen heißt {name}.</translation>
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
    <name>FaceWish</name>
    <message>
        <source>What matters about the face</source>
        <translation>Worauf es beim Gesicht ankommt</translation>
    </message>
    <message>
        <source>Chooses the model by its face adapter; Advanced has all models by name</source>
        <translation>Wählt das Modell nach seinem Gesichtsadapter; unter „Erweitert“ stehen alle mit Namen</translation>
    </message>
    <message>
        <source>As the model is chosen</source>
        <translation>Wie das Modell gewählt ist</translation>
    </message>
    <message>
        <source>Most alike</source>
        <translation>Am ähnlichsten</translation>
    </message>
    <message>
        <source>Free for business</source>
        <translation>Frei für Geschäftliches</translation>
    </message>
    <message>
        <source>Pose from the photo</source>
        <translation>Haltung vom Foto</translation>
    </message>
    <message>
        <source>To the models</source>
        <translation>Zu den Modellen</translation>
    </message>
    <message>
        <source>Get a model that does this</source>
        <translation>Ein Modell holen, das das kann</translation>
    </message>
    <message>
        <source>The starter draws from the face&apos;s measures. Full-size models have face adapters.</source>
        <translation>Das Startmodell zeichnet nach den Maßen des Gesichts. Große Modelle haben Gesichtsadapter.</translation>
    </message>
    <message>
        <source>Commercial use is allowed.</source>
        <translation>Kommerzielle Nutzung ist erlaubt.</translation>
    </message>
    <message>
        <source>Not for commercial use.</source>
        <translation>Keine kommerzielle Nutzung.</translation>
    </message>
    <message>
        <source>Whether commercial use is allowed is not known.</source>
        <translation>Ob kommerzielle Nutzung erlaubt ist, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>{model}, with {adapter}: {good_for}.</source>
        <translation>{model}, mit {adapter}: {good_for}.</translation>
    </message>
    <message>
        <source>likeness and expression</source>
        <translation>Ähnlichkeit und Ausdruck</translation>
    </message>
    <message>
        <source>likeness in any style</source>
        <translation>Ähnlichkeit in jedem Stil</translation>
    </message>
    <message>
        <source>several photos of a person</source>
        <translation>mehrere Fotos einer Person</translation>
    </message>
    <message>
        <source>free for business</source>
        <translation>frei für Geschäftliches</translation>
    </message>
    <message>
        <source>likeness, and the pose from the photo</source>
        <translation>Ähnlichkeit, und die Haltung vom Foto</translation>
    </message>
    <message>
        <source>style and scene as without a face</source>
        <translation>Stil und Szene wie ohne Gesicht</translation>
    </message>
    <message>
        <source>most alike, scene as without a face</source>
        <translation>am ähnlichsten, Szene wie ohne Gesicht</translation>
    </message>
</context>
<context>
    <name>Film</name>
    <message>
        <source>All pictures</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>To the Gallery</source>
        <translation>Zur Galerie</translation>
    </message>
    <message>
        <source>Best first</source>
        <translation>Beste zuerst</translation>
    </message>
    <message>
        <source>The pictures nearest to the person, or to the drawing of them, come first</source>
        <translation>Die Bilder, die der Person oder ihrer Zeichnung am nächsten kommen, stehen vorn</translation>
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
    <name>Filmstrip</name>
    <message>
        <source>Pictures of this session</source>
        <translation>Bilder dieser Sitzung</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Forget these words</source>
        <translation>Suchwörter löschen</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Show all pictures again</source>
        <translation>Wieder alle Bilder zeigen</translation>
    </message>
    <message>
        <source>Another place: albums, the best, the trash</source>
        <translation>Ein anderer Ort: Alben, die besten, der Papierkorb</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>The pictures</source>
        <translation>Die Bilder</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>What is known of the chosen picture</source>
        <translation>Was vom gewählten Bild bekannt ist</translation>
    </message>
    <message>
        <source>Pictures or details</source>
        <translation>Bilder oder Details</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>By what, and in which order</source>
        <translation>Wonach, und in welcher Reihenfolge</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>In which order</source>
        <translation>In welcher Reihenfolge</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Size of the pictures</source>
        <translation>Größe der Bilder</translation>
    </message>
    <message>
        <source>Stack the pictures of one request</source>
        <translation>Bilder eines Auftrags stapeln</translation>
    </message>
    <message>
        <source>A rating goes on to the next picture</source>
        <translation>Nach einer Wertung zum nächsten Bild</translation>
    </message>
    <message>
        <source>Words that all occur in the prompt, a tag, a name</source>
        <translation>Wörter, die alle im Prompt, einem Schlagwort oder Namen vorkommen</translation>
    </message>
    <message>
        <source>Show or hide the details</source>
        <translation>Einzelheiten zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>Papierkorb leeren…</translation>
    </message>
    <message>
        <source>Delete everything in it for good</source>
        <translation>Alles darin endgültig löschen</translation>
    </message>
    <message>
        <source>Nobody known</source>
        <translation>Niemand Bekanntes</translation>
    </message>
    <message>
        <source> and more</source>
        <translation> und mehr</translation>
    </message>
    <message>
        <source>Match ≥ {number}</source>
        <translation>Nähe ≥ {number}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>Letzte 12 Monate</translation>
    </message>
    <message>
        <source>Without rejected</source>
        <translation>Ohne abgelehnte</translation>
    </message>
    <message>
        <source>Only rejected</source>
        <translation>Nur abgelehnte</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Pictures of one person</source>
        <translation>Bilder einer Person</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Alle Personen</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Schlagwort</translation>
    </message>
    <message>
        <source>Pictures with a tag</source>
        <translation>Bilder mit einem Schlagwort</translation>
    </message>
    <message>
        <source>With or without tags</source>
        <translation>Mit oder ohne Schlagwörter</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Pictures with a colour label</source>
        <translation>Bilder mit einer Farbmarkierung</translation>
    </message>
    <message>
        <source>With or without labels</source>
        <translation>Mit oder ohne Farbe</translation>
    </message>
    <message>
        <source>Stars</source>
        <translation>Sterne</translation>
    </message>
    <message>
        <source>Pictures with stars</source>
        <translation>Bilder mit Sternen</translation>
    </message>
    <message>
        <source>Any number</source>
        <translation>Beliebig viele</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>Ähnlichkeit</translation>
    </message>
    <message>
        <source>Choose days…</source>
        <translation>Tage wählen…</translation>
    </message>
    <message>
        <source>Show the pictures that were made meanwhile</source>
        <translation>Die Bilder zeigen, die inzwischen gemacht wurden</translation>
    </message>
    <message>
        <source>Likeness ≥ {number}</source>
        <translation>Ähnlichkeit ≥ {number}</translation>
    </message>
    <message>
        <source>How like the person it is at least, by the number; the words differ from model to model</source>
        <translation>Wie ähnlich das Bild der Person mindestens ist, nach der Zahl; die Wörter sind je nach Modell verschieden</translation>
    </message>
    <message>
        <source>Any likeness</source>
        <translation>Jede Ähnlichkeit</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>Nähe</translation>
    </message>
    <message>
        <source>How near a picture by the starter came to the drawing it was made from; no likeness</source>
        <translation>Wie nah ein Bild des Startmodells der Zeichnung kam, aus der es entstand; keine Ähnlichkeit</translation>
    </message>
    <message>
        <source>Any match</source>
        <translation>Jede Nähe</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>When the pictures were made</source>
        <translation>Wann die Bilder entstanden sind</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>Jederzeit</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Pictures made with a preset</source>
        <translation>Bilder, die mit einer Vorgabe entstanden sind</translation>
    </message>
    <message>
        <source>Any preset</source>
        <translation>Jede Vorgabe</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Pictures made with a checkpoint</source>
        <translation>Bilder, die mit einem Checkpoint entstanden sind</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>Jedes Modell</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>With or without rejected pictures</source>
        <translation>Mit oder ohne abgelehnte Bilder</translation>
    </message>
    <message>
        <source>All of them</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>1 new picture</source>
        <translation>1 neues Bild</translation>
    </message>
    <message>
        <source>{count} new pictures</source>
        <translation>{count} neue Bilder</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>{count} Bilder</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>Most stars first</source>
        <translation>Meiste Sterne zuerst</translation>
    </message>
    <message>
        <source>Best first</source>
        <translation>Beste zuerst</translation>
    </message>
    <message>
        <source>Weakest first</source>
        <translation>Schwächste zuerst</translation>
    </message>
</context>
<context>
    <name>Finding</name>
    <message>
        <source>Album</source>
        <translation>Album</translation>
    </message>
    <message>
        <source>Picture, {day}</source>
        <translation>Bild, {day}</translation>
    </message>
    <message>
        <source>The people are locked</source>
        <translation>Die Personen sind gesperrt</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
</context>
<context>
    <name>FinishFields</name>
    <message>
        <source>Sharpening, watermark, folders of people and a contact sheet</source>
        <translation>Schärfen, Wasserzeichen, Ordner je Person und ein Kontaktbogen</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Feinschliff</translation>
    </message>
    <message>
        <source>Sharpening</source>
        <translation>Schärfen</translation>
    </message>
    <message>
        <source>Sharpens the brightness at the size of the copy; paper takes away some of it</source>
        <translation>Schärft die Helligkeit in der Größe der Kopie; Papier nimmt etwas davon weg</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Bildschirm</translation>
    </message>
    <message>
        <source>Glossy paper</source>
        <translation>Glänzendes Papier</translation>
    </message>
    <message>
        <source>Matte paper</source>
        <translation>Mattes Papier</translation>
    </message>
    <message>
        <source>Watermark</source>
        <translation>Wasserzeichen</translation>
    </message>
    <message>
        <source>A mark on every copy, of whose it is</source>
        <translation>Ein Zeichen auf jeder Kopie, wem sie gehört</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>For example © Studio</source>
        <translation>Zum Beispiel © Studio</translation>
    </message>
    <message>
        <source>Text of the watermark</source>
        <translation>Text des Wasserzeichens</translation>
    </message>
    <message>
        <source>White, with a soft shadow: seen on every picture</source>
        <translation>Weiß mit weichem Schatten: auf jedem Bild zu sehen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>A logo, best a PNG with transparency</source>
        <translation>Ein Logo, am besten ein PNG mit Transparenz</translation>
    </message>
    <message>
        <source>Bottom right</source>
        <translation>Unten rechts</translation>
    </message>
    <message>
        <source>Bottom left</source>
        <translation>Unten links</translation>
    </message>
    <message>
        <source>Top right</source>
        <translation>Oben rechts</translation>
    </message>
    <message>
        <source>Top left</source>
        <translation>Oben links</translation>
    </message>
    <message>
        <source>Middle</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Platz</translation>
    </message>
    <message>
        <source>Where the mark lies</source>
        <translation>Wo das Zeichen liegt</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>How much of the picture&apos;s width it takes at most</source>
        <translation>Wie viel der Bildbreite es höchstens einnimmt</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>How much the mark covers</source>
        <translation>Wie sehr das Zeichen deckt</translation>
    </message>
    <message>
        <source>The first picture with the watermark</source>
        <translation>Das erste Bild mit dem Wasserzeichen</translation>
    </message>
    <message>
        <source>A folder for each person</source>
        <translation>Ein Ordner je Person</translation>
    </message>
    <message>
        <source>The folders have the people&apos;s names; the files say no more than before</source>
        <translation>Die Ordner heißen wie die Personen; die Dateien verraten nicht mehr als sonst</translation>
    </message>
    <message>
        <source>Contact sheet (PDF)</source>
        <translation>Kontaktbogen (PDF)</translation>
    </message>
    <message>
        <source>All copies small, with their names, on pages of one file to choose from</source>
        <translation>Alle Kopien klein mit ihren Namen auf Seiten einer Datei, zum Auswählen</translation>
    </message>
    <message>
        <source>Beside each other</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Pictures in a row of the contact sheet</source>
        <translation>Bilder in einer Zeile des Kontaktbogens</translation>
    </message>
    <message>
        <source>Title of the contact sheet</source>
        <translation>Titel des Kontaktbogens</translation>
    </message>
    <message>
        <source>At the head of each page; may be empty</source>
        <translation>Oben auf jeder Seite; darf leer sein</translation>
    </message>
    <message>
        <source>The archive keeps pictures as they are made</source>
        <translation>Das Archiv behält die Bilder, wie sie entstanden sind</translation>
    </message>
    <message>
        <source>No picture yet</source>
        <translation>Noch kein Bild</translation>
    </message>
    <message>
        <source>by person</source>
        <translation>nach Person</translation>
    </message>
    <message>
        <source>contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>Pictures ({suffixes})</source>
        <translation>Bilder ({suffixes})</translation>
    </message>
    <message>
        <source>Choose a picture as the watermark</source>
        <translation>Ein Bild als Wasserzeichen wählen</translation>
    </message>
</context>
<context>
    <name>FirstRunPage</name>
    <message>
        <source>A photo of you.
A portrait in seconds.</source>
        <translation>Ein Foto von dir.
Ein Porträt in Sekunden.</translation>
    </message>
    <message>
        <source>Drop one photo, or several of the same person. Everything happens on this computer; no photo leaves it.</source>
        <translation>Leg ein Foto ab, oder mehrere derselben Person. Alles geschieht auf diesem Computer; kein Foto verlässt ihn.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>What was looked at, and what can be mended</source>
        <translation>Was angesehen wurde, und was sich beheben lässt</translation>
    </message>
    <message>
        <source>Language of the window</source>
        <translation>Sprache des Fensters</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Skip to the app</source>
        <translation>Direkt zur App</translation>
    </message>
    <message>
        <source>Go to Create. First steps stay in the menu More.</source>
        <translation>Zu Erstellen. Die ersten Schritte bleiben im Menü Mehr.</translation>
    </message>
    <message>
        <source>Only with the permission of the person shown. Pictures say that they were made by a model.</source>
        <translation>Nur mit dem Einverständnis der gezeigten Person. In den Bildern steht, dass ein Modell sie gemacht hat.</translation>
    </message>
    <message>
        <source>Looking for the face…</source>
        <translation>Das Gesicht wird gesucht…</translation>
    </message>
    <message>
        <source>{count} photos.</source>
        <translation>{count} Fotos.</translation>
    </message>
    <message>
        <source>Your photo. Sharp, one face.</source>
        <translation>Dein Foto. Scharf, ein Gesicht.</translation>
    </message>
    <message>
        <source>Your photo.</source>
        <translation>Dein Foto.</translation>
    </message>
</context>
<context>
    <name>Folders</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Finished pictures, a folder a month. Each file holds its whole recipe.</source>
        <translation>Fertige Bilder, ein Ordner je Monat. Jede Datei enthält ihr ganzes Rezept.</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
    <message>
        <source>Keep the pictures in another folder</source>
        <translation>Die Bilder in einem anderen Ordner bewahren</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>What was downloaded or imported, the largest of all.</source>
        <translation>Was geladen oder importiert wurde, das Größte von allem.</translation>
    </message>
    <message>
        <source>Move…</source>
        <translation>Verschieben…</translation>
    </message>
    <message>
        <source>Go to the page Models, where they are moved</source>
        <translation>Zur Seite Modelle, wo sie verschoben werden</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>People, presets, the database and what was set. It stays where the system wants.</source>
        <translation>Personen, Vorgaben, die Datenbank und was eingestellt wurde. Es bleibt, wo das System es will.</translation>
    </message>
    <message>
        <source>Move them there</source>
        <translation>Dorthin verschieben</translation>
    </message>
    <message>
        <source>Move all pictures, then use the folder from then on</source>
        <translation>Alle Bilder verschieben und den Ordner von da an verwenden</translation>
    </message>
    <message>
        <source>Only new pictures</source>
        <translation>Nur neue Bilder</translation>
    </message>
    <message>
        <source>Those that are there stay where they are, and in the gallery</source>
        <translation>Was da ist, bleibt an seinem Ort und in der Galerie</translation>
    </message>
    <message>
        <source>Change nothing</source>
        <translation>Nichts ändern</translation>
    </message>
    <message>
        <source>Keep the folder as it is</source>
        <translation>Den Ordner lassen, wie er ist</translation>
    </message>
    <message>
        <source>Where the pictures are to lie</source>
        <translation>Wo die Bilder liegen sollen</translation>
    </message>
    <message>
        <source>This is the pictures folder already.</source>
        <translation>Das ist schon der Bilderordner.</translation>
    </message>
    <message>
        <source>New pictures go into {folder}. What about those that are there?</source>
        <translation>Neue Bilder kommen nach {folder}. Was ist mit denen, die da sind?</translation>
    </message>
    <message>
        <source>New pictures go into the new folder.</source>
        <translation>Neue Bilder kommen in den neuen Ordner.</translation>
    </message>
    <message>
        <source>The pictures lie in the new folder: {count} files.</source>
        <translation>Die Bilder liegen im neuen Ordner: {count} Dateien.</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Note permissions…</source>
        <translation>Einwilligungen…</translation>
    </message>
    <message>
        <source>Go to the page People</source>
        <translation>Zur Seite „Personen“</translation>
    </message>
    <message>
        <source>Save as a sheet</source>
        <translation>Als Tabelle sichern</translation>
    </message>
    <message>
        <source>Save it as a table for another time</source>
        <translation>Als Tabelle für ein anderes Mal sichern</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Show the pictures in their folder</source>
        <translation>Die Bilder in ihrem Ordner zeigen</translation>
    </message>
    <message>
        <source>Proof sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <source>All pictures on one page, the most alike first</source>
        <translation>Alle Bilder auf einer Seite, die ähnlichsten zuerst</translation>
    </message>
    <message>
        <source>In the gallery</source>
        <translation>In der Galerie</translation>
    </message>
    <message>
        <source>Show the pictures in the gallery</source>
        <translation>Die Bilder in der Galerie zeigen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop after this step; what is made stays</source>
        <translation>Nach diesem Schritt abbrechen; was fertig ist, bleibt</translation>
    </message>
    <message>
        <source>Make the pictures of the batch</source>
        <translation>Die Bilder des Stapels machen</translation>
    </message>
    <message>
        <source>{pictures}, about {time}</source>
        <translation>{pictures}, etwa {time}</translation>
    </message>
    <message>
        <source>Into an album and a folder of their own, grouped by person.</source>
        <translation>In ein eigenes Album und einen eigenen Ordner, nach Personen.</translation>
    </message>
    <message>
        <source>1 waits until the permission is noted.</source>
        <translation>1 wartet, bis die Einwilligung eingetragen ist.</translation>
    </message>
    <message>
        <source>{count} wait until the permission is noted.</source>
        <translation>{count} warten, bis die Einwilligung eingetragen ist.</translation>
    </message>
    <message>
        <source>1 picture made</source>
        <translation>1 Bild erstellt</translation>
    </message>
    <message>
        <source>{count} pictures made</source>
        <translation>{count} Bilder erstellt</translation>
    </message>
    <message>
        <source>Into the album “{name}”, and the folder {folder}.</source>
        <translation>In das Album „{name}“ und den Ordner {folder}.</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>after this picture</source>
        <translation>nach diesem Bild</translation>
    </message>
    <message>
        <source>Try 1 row again</source>
        <translation>1 Zeile noch einmal</translation>
    </message>
    <message>
        <source>Try {count} rows again</source>
        <translation>{count} Zeilen noch einmal</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Everything is made</source>
        <translation>Alles ist gemacht</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>{count} Bilder</translation>
    </message>
    <message>
        <source>Make 1 picture</source>
        <translation>1 Bild machen</translation>
    </message>
    <message>
        <source>Make {count} pictures</source>
        <translation>{count} Bilder machen</translation>
    </message>
</context>
<context>
    <name>ForgetPanel</name>
    <message>
        <source>Forget this person…</source>
        <translation>Diese Person vergessen…</translation>
    </message>
    <message>
        <source>Say first what goes, and what stays</source>
        <translation>Zuerst sagen, was verschwindet und was bleibt</translation>
    </message>
    <message>
        <source>Those in the trash too</source>
        <translation>Auch die im Papierkorb</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Erase all of this. It cannot be undone</source>
        <translation>All das löschen. Es lässt sich nicht rückgängig machen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Erase nothing</source>
        <translation>Nichts löschen</translation>
    </message>
    <message>
        <source>Also erase the picture that was made</source>
        <translation>Auch das erstellte Bild löschen</translation>
    </message>
    <message>
        <source>Also erase the {count} pictures that were made</source>
        <translation>Auch die {count} erstellten Bilder löschen</translation>
    </message>
    <message>
        <source>Forget {name}?</source>
        <translation>{name} vergessen?</translation>
    </message>
    <message>
        <source>Forget this person?</source>
        <translation>Diese Person vergessen?</translation>
    </message>
    <message>
        <source>Erased for good: 1 photo, what was measured of it, name, notes, permission and documents.</source>
        <translation>Endgültig gelöscht: 1 Foto, was daran gemessen wurde, Name, Notizen, Einwilligung und Dokumente.</translation>
    </message>
    <message>
        <source>Erased for good: {count} photos, what was measured of them, name, notes, permission and documents.</source>
        <translation>Endgültig gelöscht: {count} Fotos, was daran gemessen wurde, Name, Notizen, Einwilligung und Dokumente.</translation>
    </message>
    <message>
        <source>Jobs of this person go from the queue, and the photos from Create.</source>
        <translation>Aufträge dieser Person verschwinden aus der Warteschlange, ihre Fotos aus „Erstellen“.</translation>
    </message>
    <message>
        <source>Your own files, backups and exported pictures are not touched.</source>
        <translation>Eigene Dateien, Sicherungen und exportierte Bilder bleiben unberührt.</translation>
    </message>
    <message>
        <source>The pictures stay, and no longer say of whom they are.</source>
        <translation>Die Bilder bleiben und sagen nicht mehr, wen sie zeigen.</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
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
        <source>Fine settings</source>
        <translation>Feineinstellungen</translation>
    </message>
    <message>
        <source>Preset, shape, seed, and what to leave out</source>
        <translation>Voreinstellung, Form, Startwert und was nicht zu sehen sein soll</translation>
    </message>
    <message>
        <source>What to leave out</source>
        <translation>Was wegbleiben soll</translation>
    </message>
    <message>
        <source>A portrait. Or write what it shows.</source>
        <translation>Ein Porträt. Oder schreib, was es zeigt.</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>Frühere Texte</translation>
    </message>
    <message>
        <source>Show all styles, or only the first</source>
        <translation>Alle Stile zeigen, oder nur die ersten</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
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
        <source>square</source>
        <translation>quadratisch</translation>
    </message>
    <message>
        <source>exact size</source>
        <translation>genaue Größe</translation>
    </message>
    <message>
        <source>kept seed</source>
        <translation>fester Startwert</translation>
    </message>
    <message>
        <source>new seed</source>
        <translation>neuer Startwert</translation>
    </message>
    <message>
        <source>Strength of the face adapter and identity weight; a double click goes back to the preset</source>
        <translation>Stärke des Gesichtsadapters und Gewicht der Identität; ein Doppelklick kehrt zur Vorgabe zurück</translation>
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
        <source>Follow the face</source>
        <translation>Dem Gesicht folgen</translation>
    </message>
    <message>
        <source>Follow the text</source>
        <translation>Dem Text folgen</translation>
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
        <source>All {count}</source>
        <translation>Alle {count}</translation>
    </message>
    <message>
        <source>Fewer</source>
        <translation>Weniger</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch keine</translation>
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
    <name>GalleryPage</name>
    <message>
        <source>The oldest of each comes first, its copies after it.</source>
        <translation>Das älteste steht jeweils zuerst, danach seine Kopien.</translation>
    </message>
    <message>
        <source>Choose the copies</source>
        <translation>Die Kopien auswählen</translation>
    </message>
    <message>
        <source>All but the oldest of each</source>
        <translation>Alle außer dem jeweils ältesten</translation>
    </message>
    <message>
        <source>Let go to add the pictures of this folder</source>
        <translation>Loslassen, um die Bilder dieses Ordners aufzunehmen</translation>
    </message>
</context>
<context>
    <name>GatherActs</name>
    <message>
        <source>New album…</source>
        <translation>Neues Album…</translation>
    </message>
    <message>
        <source>Put into an album…</source>
        <translation>In ein Album legen…</translation>
    </message>
    <message>
        <source>Take out of {name}</source>
        <translation>Aus {name} nehmen</translation>
    </message>
    <message>
        <source>Make a stack</source>
        <translation>Stapel bilden</translation>
    </message>
    <message>
        <source>Unfold or fold the stack</source>
        <translation>Stapel auf- oder zuklappen</translation>
    </message>
    <message>
        <source>Take the stack apart</source>
        <translation>Stapel auflösen</translation>
    </message>
</context>
<context>
    <name>General</name>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>What the program speaks</source>
        <translation>Welche Sprache das Programm spricht</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>The system&apos;s language, where FastFace speaks it</source>
        <translation>Die Sprache des Systems, wo FastFace sie spricht</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Light or dark with the system, also when it changes</source>
        <translation>Hell oder dunkel mit dem System, auch wenn es wechselt</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>How large text is, on top of what the system says</source>
        <translation>Wie groß Text ist, über das hinaus, was das System sagt</translation>
    </message>
    <message>
        <source>Changes at once; what is written stays.</source>
        <translation>Wechselt sofort; Geschriebenes bleibt.</translation>
    </message>
    <message>
        <source>Buttons and fields grow with it.</source>
        <translation>Knöpfe und Felder wachsen mit.</translation>
    </message>
</context>
<context>
    <name>GenerateBar</name>
    <message>
        <source>Make the pictures</source>
        <translation>Bilder machen</translation>
    </message>
    <message>
        <source>Add a picture</source>
        <translation>Ein Bild anfügen</translation>
    </message>
    <message>
        <source>Add {count} pictures</source>
        <translation>{count} Bilder anfügen</translation>
    </message>
    <message>
        <source>after 1 job</source>
        <translation>nach 1 Auftrag</translation>
    </message>
    <message>
        <source>after {count} jobs</source>
        <translation>nach {count} Aufträgen</translation>
    </message>
    <message>
        <source>done in {time}</source>
        <translation>fertig in {time}</translation>
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
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
</context>
<context>
    <name>GpuPanel</name>
    <message>
        <source>The GPU&apos;s runtime</source>
        <translation>Laufzeit der GPU</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei…</translation>
    </message>
    <message>
        <source>Take it from a file that another computer has written</source>
        <translation>Aus einer Datei nehmen, die ein anderer Rechner geschrieben hat</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
    <message>
        <source>Keep it elsewhere, on another drive for example</source>
        <translation>Anderswo ablegen, auf einem anderen Laufwerk zum Beispiel</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Read every file and compare it with its checksum</source>
        <translation>Jede Datei lesen und mit ihrer Prüfsumme vergleichen</translation>
    </message>
    <message>
        <source>Save as file…</source>
        <translation>Als Datei sichern…</translation>
    </message>
    <message>
        <source>Write it into one file, for a computer without a network</source>
        <translation>In eine Datei schreiben, für einen Rechner ohne Netz</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Say first what removing it means</source>
        <translation>Erst sagen, was das Entfernen bedeutet</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Look for GPUs and their driver once more</source>
        <translation>Noch einmal nach GPUs und ihrem Treiber sehen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove all files</source>
        <translation>Alle Dateien entfernen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Change nothing</source>
        <translation>Nichts ändern</translation>
    </message>
    <message>
        <source>Progress of the GPU&apos;s runtime</source>
        <translation>Fortschritt bei der Laufzeit der GPU</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Looking for GPUs…</source>
        <translation>Suche nach GPUs…</translation>
    </message>
    <message>
        <source>Folder: {folder}</source>
        <translation>Ordner: {folder}</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Fetch what is damaged or of another version, and try it again</source>
        <translation>Holen, was beschädigt oder von einer anderen Version ist, und noch einmal proben</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with the download where it was stopped</source>
        <translation>Dort weiterladen, wo angehalten wurde</translation>
    </message>
    <message>
        <source>Download and try</source>
        <translation>Herunterladen und proben</translation>
    </message>
    <message>
        <source>Fetch it, compute something with the GPU, and then use it</source>
        <translation>Holen, etwas mit der GPU rechnen und erst dann verwenden</translation>
    </message>
    <message>
        <source>The GPU has computed something with it.</source>
        <translation>Die GPU hat damit etwas gerechnet.</translation>
    </message>
    <message>
        <source>Files that are damaged or missing: {count}.</source>
        <translation>Beschädigte oder fehlende Dateien: {count}.</translation>
    </message>
    <message>
        <source>Every file is as it should be.</source>
        <translation>Jede Datei ist, wie sie sein soll.</translation>
    </message>
    <message>
        <source>It is removed. Pictures are computed with what FastFace has itself.</source>
        <translation>Sie ist entfernt. Bilder werden mit dem gerechnet, was FastFace selbst hat.</translation>
    </message>
    <message>
        <source>It is not used from the next start on. Remove it once more when FastFace was closed.</source>
        <translation>Sie wird ab dem nächsten Start nicht mehr verwendet. Entfernen Sie sie noch einmal, wenn FastFace geschlossen war.</translation>
    </message>
    <message>
        <source>{name} is ready, for a computer with such a GPU.</source>
        <translation>{name} ist fertig, für einen Rechner mit einer solchen GPU.</translation>
    </message>
    <message>
        <source>FastFace then computes with what it has itself. It can be downloaded again.</source>
        <translation>FastFace rechnet dann mit dem, was es selbst hat. Sie lässt sich wieder herunterladen.</translation>
    </message>
    <message>
        <source>Runtime of a GPU (*.fastface-gpu);;All files (*)</source>
        <translation>Laufzeit einer GPU (*.fastface-gpu);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Choose the file</source>
        <translation>Die Datei wählen</translation>
    </message>
    <message>
        <source>Where it is to lie</source>
        <translation>Wo sie liegen soll</translation>
    </message>
    <message>
        <source>Where the file is to lie</source>
        <translation>Wo die Datei liegen soll</translation>
    </message>
</context>
<context>
    <name>GridModel</name>
    <message>
        <source>Being made</source>
        <translation>Entsteht gerade</translation>
    </message>
    <message>
        <source>Held back by the content filter</source>
        <translation>Vom Inhaltsfilter zurückgehalten</translation>
    </message>
    <message>
        <source>No likeness</source>
        <translation>Keine Ähnlichkeit</translation>
    </message>
    <message>
        <source>Not made yet</source>
        <translation>Noch nicht gemacht</translation>
    </message>
</context>
<context>
    <name>GridSaver</name>
    <message>
        <source>Save the grid as a picture</source>
        <translation>Das Raster als Bild sichern</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>not made</source>
        <translation>nicht gemacht</translation>
    </message>
    <message>
        <source>Save the grid as CSV</source>
        <translation>Das Raster als CSV sichern</translation>
    </message>
</context>
<context>
    <name>GuidanceCard</name>
    <message>
        <source>Weights as drawn here</source>
        <translation>Gewichte wie hier gezeichnet</translation>
    </message>
    <message>
        <source>Rescale</source>
        <translation>Reskalierung</translation>
    </message>
    <message>
        <source>How far contrast that the weights add is taken back</source>
        <translation>Wie weit der Kontrast, den die Gewichte bringen, zurückgenommen wird</translation>
    </message>
    <message>
        <source>Rescale φ</source>
        <translation>Reskalierung φ</translation>
    </message>
    <message>
        <source>Passes through the model for a picture, and the time that it takes here</source>
        <translation>Läufe durch das Modell für ein Bild, und die Zeit, die es hier braucht</translation>
    </message>
    <message>
        <source>Weights over the steps</source>
        <translation>Gewichte über die Schritte</translation>
    </message>
    <message>
        <source>Off leaves both weights to the checkpoint, here {scale}</source>
        <translation>Aus überlässt beide Gewichte dem Checkpoint, hier {scale}</translation>
    </message>
    <message>
        <source>Decoupled guidance</source>
        <translation>Getrennte Führung</translation>
    </message>
    <message>
        <source>{value} is beyond what makes sense ({least} to {most})</source>
        <translation>{value} liegt außerhalb des Sinnvollen ({least} bis {most})</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Gewicht</translation>
    </message>
</context>
<context>
    <name>Head</name>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorgabe</translation>
    </message>
    <message>
        <source>What the preset is for</source>
        <translation>Wofür die Vorgabe ist</translation>
    </message>
    <message>
        <source>What it is for</source>
        <translation>Wofür sie ist</translation>
    </message>
    <message>
        <source>A sentence for the list and for Create; up to 500 characters</source>
        <translation>Ein Satz für die Liste und für „Erstellen“; bis zu 500 Zeichen</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>Zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Back to what is saved; can be undone</source>
        <translation>Zurück zu dem, was gesichert ist; lässt sich zurücknehmen</translation>
    </message>
    <message>
        <source>Make a copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>What the preset is called; 1 to 80 characters</source>
        <translation>Wie die Vorgabe heißt; 1 bis 80 Zeichen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Keep these values in the preset&apos;s file</source>
        <translation>Diese Werte in der Datei der Vorgabe aufheben</translation>
    </message>
    <message>
        <source>A preset of your own with these values</source>
        <translation>Eine eigene Vorgabe mit diesen Werten</translation>
    </message>
    <message>
        <source>Use on Create</source>
        <translation>In „Erstellen“ nutzen</translation>
    </message>
    <message>
        <source>Make the next pictures with this preset</source>
        <translation>Die nächsten Bilder mit dieser Vorgabe machen</translation>
    </message>
    <message>
        <source>Changed. Create uses the saved state.</source>
        <translation>Geändert. Erstellen nimmt den gesicherten Stand.</translation>
    </message>
    <message>
        <source>Built in. Make a copy to change it.</source>
        <translation>Mitgeliefert. Zum Ändern eine Kopie anlegen.</translation>
    </message>
    <message>
        <source>A field has a value that is not allowed; it is said there.</source>
        <translation>Ein Feld hat einen Wert, der nicht erlaubt ist; dort steht, welcher.</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
</context>
<context>
    <name>HeatTable</name>
    <message>
        <source>Match of the cells with the drawing</source>
        <translation>Nähe der Felder zur Zeichnung</translation>
    </message>
    <message>
        <source>Match with the drawing, the mean over the seeds; yellow is the most</source>
        <translation>Nähe zur Zeichnung, das Mittel über die Startwerte; gelb ist am meisten</translation>
    </message>
    <message>
        <source>Likeness of the cells</source>
        <translation>Ähnlichkeit der Zellen</translation>
    </message>
    <message>
        <source>Cosine similarity of the faces, the mean over the seeds; yellow is the most</source>
        <translation>Kosinus-Ähnlichkeit der Gesichter, gemittelt über die Startwerte; Gelb ist am meisten</translation>
    </message>
</context>
<context>
    <name>HelpPage</name>
    <message>
        <source>Search the help</source>
        <translation>Hilfe durchsuchen</translation>
    </message>
    <message>
        <source>Shows what has all these words in it</source>
        <translation>Zeigt, worin alle diese Wörter stehen</translation>
    </message>
    <message>
        <source>The help says nothing about that. Try another word.</source>
        <translation>Die Hilfe sagt dazu nichts. Ein anderes Wort versuchen.</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Arrow keys scroll</source>
        <translation>Pfeiltasten blättern</translation>
    </message>
    <message>
        <source>Shortcuts: {place}</source>
        <translation>Tasten: {place}</translation>
    </message>
</context>
<context>
    <name>IdentityPanel</name>
    <message>
        <source>Agreement is the cosine of a photo&apos;s face embedding to the mean of the others: 1 is the same</source>
        <translation>Übereinstimmung ist der Kosinus zwischen dem Gesichts-Embedding eines Fotos und dem Mittel der anderen: 1 ist gleich</translation>
    </message>
    <message>
        <source>No photo is used yet.</source>
        <translation>Noch wird kein Foto verwendet.</translation>
    </message>
    <message>
        <source>Show all bars, or the first ones</source>
        <translation>Alle Balken zeigen oder nur die ersten</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>Identität</translation>
    </message>
    <message>
        <source>1 photo is used.</source>
        <translation>1 Foto wird verwendet.</translation>
    </message>
    <message>
        <source>{count} photos are used.</source>
        <translation>{count} Fotos werden verwendet.</translation>
    </message>
    <message>
        <source>{usable} of {count} photos are used.</source>
        <translation>{usable} von {count} Fotos werden verwendet.</translation>
    </message>
    <message>
        <source>One photo is used: there is nothing to compare it with yet.</source>
        <translation>Ein Foto wird verwendet: Noch gibt es nichts zum Vergleichen.</translation>
    </message>
    <message>
        <source>{usable} of {count} photos, they agree at {agreement}</source>
        <translation>{usable} von {count} Fotos, Übereinstimmung {agreement}</translation>
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
    <name>ImportCard</name>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Look through a folder or a hub cache for files that FastFace knows</source>
        <translation>Einen Ordner oder Hub-Cache nach Dateien durchsuchen, die FastFace kennt</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei…</translation>
    </message>
    <message>
        <source>A pack, or an SDXL checkpoint of your own</source>
        <translation>Ein Paket oder ein eigener SDXL-Checkpoint</translation>
    </message>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Accept and import</source>
        <translation>Zustimmen und importieren</translation>
    </message>
    <message>
        <source>Keep with today&apos;s date that you accept these terms, and import</source>
        <translation>Die Zustimmung mit dem heutigen Datum festhalten und importieren</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Take these over</source>
        <translation>Diese übernehmen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Take nothing over</source>
        <translation>Nichts übernehmen</translation>
    </message>
    <message>
        <source>Models that are on this computer already</source>
        <translation>Modelle, die schon auf diesem Computer sind</translation>
    </message>
    <message>
        <source>Drop a folder, a hub cache, a pack, or an SDXL checkpoint here. What the disk can share is not copied.</source>
        <translation>Ordner, Hub-Cache, Paket oder SDXL-Checkpoint hier ablegen. Was das Laufwerk teilen kann, wird nicht kopiert.</translation>
    </message>
    <message>
        <source>The bundle whose steps, face adapter and face models it is used with</source>
        <translation>Das Bündel, mit dessen Schritten, Gesichtsadapter und Gesichtsmodellen er benutzt wird</translation>
    </message>
    <message>
        <source>Used with</source>
        <translation>Benutzt mit</translation>
    </message>
    <message>
        <source>What the checkpoint&apos;s own terms say; every picture made with it carries it</source>
        <translation>Was die eigenen Bedingungen des Checkpoints sagen; jedes Bild damit trägt es</translation>
    </message>
    <message>
        <source>Commercial use</source>
        <translation>Kommerzielle Nutzung</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Nicht bekannt</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>Forbidden</source>
        <translation>Verboten</translation>
    </message>
    <message>
        <source>The folder that holds models</source>
        <translation>Der Ordner mit den Modellen</translation>
    </message>
    <message>
        <source>A pack or a checkpoint</source>
        <translation>Ein Paket oder ein Checkpoint</translation>
    </message>
    <message>
        <source>Models (*.pack *.safetensors *.onnx *.bin *.tar);;All files (*)</source>
        <translation>Modelle (*.pack *.safetensors *.onnx *.bin *.tar);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>A pack: {title}, {size}.</source>
        <translation>Ein Paket: {title}, {size}.</translation>
    </message>
    <message>
        <source>An SDXL checkpoint: {name}, {size}.</source>
        <translation>Ein SDXL-Checkpoint: {name}, {size}.</translation>
    </message>
    <message>
        <source>{title} ({found} of {files} files)</source>
        <translation>{title} ({found} von {files} Dateien)</translation>
    </message>
    <message>
        <source>Found, {size}: {parts}.</source>
        <translation>Gefunden, {size}: {parts}.</translation>
    </message>
    <message>
        <source>Damaged, and left out: {names}.</source>
        <translation>Beschädigt und ausgelassen: {names}.</translation>
    </message>
    <message>
        <source>Other files than their names stand for, such as finetunes, and left out: {names}.</source>
        <translation>Andere Dateien, als ihre Namen sagen, etwa Finetunes, und ausgelassen: {names}.</translation>
    </message>
    <message>
        <source>Not found, and still to be fetched for {title}: {names}.</source>
        <translation>Nicht gefunden und für {title} noch zu laden: {names}.</translation>
    </message>
    <message>
        <source>With it, {title} has all its parts.</source>
        <translation>Damit ist {title} vollständig.</translation>
    </message>
    <message>
        <source>Imported: {title}.</source>
        <translation>Importiert: {title}.</translation>
    </message>
    <message>
        <source>All of it was here already.</source>
        <translation>Alles davon war schon hier.</translation>
    </message>
    <message>
        <source>Imported {count} files, {shared} of them without a second copy.</source>
        <translation>{count} Dateien importiert, {shared} davon ohne zweite Kopie.</translation>
    </message>
    <message>
        <source>Known by their names alone, and not verified: {count}.</source>
        <translation>Nur am Namen erkannt und nicht geprüft: {count}.</translation>
    </message>
</context>
<context>
    <name>ImportStrip</name>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop; what is taken in already stays</source>
        <translation>Anhalten; was schon aufgenommen ist, bleibt</translation>
    </message>
    <message>
        <source>A folder with pictures</source>
        <translation>Ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Wird angehalten</translation>
    </message>
    <message>
        <source>Looking through {folder}</source>
        <translation>{folder} wird durchgesehen</translation>
    </message>
    <message>
        <source>The import was stopped. What was taken in stays.</source>
        <translation>Der Import wurde angehalten. Was aufgenommen wurde, bleibt.</translation>
    </message>
    <message>
        <source>New: {count}.</source>
        <translation>Neu: {count}.</translation>
    </message>
    <message>
        <source>Found again: {count}.</source>
        <translation>Wiedergefunden: {count}.</translation>
    </message>
    <message>
        <source>Unreadable: {count}.</source>
        <translation>Nicht lesbar: {count}.</translation>
    </message>
    <message>
        <source>Not made by FastFace: {count}.</source>
        <translation>Nicht von FastFace: {count}.</translation>
    </message>
    <message>
        <source>Copy them too</source>
        <translation>Auch diese kopieren</translation>
    </message>
    <message>
        <source>Into the pictures folder, so that the files of others stay as they are</source>
        <translation>In den Bilderordner, damit die Dateien anderer bleiben, wie sie sind</translation>
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
    <name>Inspector</name>
    <message>
        <source>Choose a picture to see what made it.</source>
        <translation>Ein Bild auswählen, um zu sehen, wie es entstand.</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>Diese Einstellungen verwenden</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
    <message>
        <source>Repeat</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Reject, or take that back</source>
        <translation>Ablehnen, oder das zurücknehmen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Fill Create with what made this picture</source>
        <translation>Erstellen mit dem füllen, was dieses Bild gemacht hat</translation>
    </message>
    <message>
        <source>The same settings on Create, with another seed</source>
        <translation>Dieselben Einstellungen in Erstellen, mit anderem Startwert</translation>
    </message>
    <message>
        <source>Make the same with another seed at once</source>
        <translation>Dasselbe sofort mit anderem Startwert erstellen</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>Stapeln</translation>
    </message>
    <message>
        <source>Make one stack of these pictures</source>
        <translation>Aus diesen Bildern einen Stapel bilden</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Two or four beside each other</source>
        <translation>Zwei oder vier nebeneinander</translation>
    </message>
    <message>
        <source>A rating goes on to the next</source>
        <translation>Nach einer Wertung zum nächsten</translation>
    </message>
    <message>
        <source>After stars, a label or a rejection the next picture is the current one</source>
        <translation>Nach Sternen, Farbe oder Ablehnung ist das nächste Bild das aktuelle</translation>
    </message>
    <message>
        <source>Keys: 1–5 stars, 6–9 label, X reject, S stack, arrows on</source>
        <translation>Tasten: 1–5 Sterne, 6–9 Farbe, X ablehnen, S Stapel, Pfeile weiter</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Save a copy as…</source>
        <translation>Kopie speichern als…</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>In seinem Ordner zeigen</translation>
    </message>
    <message>
        <source>The file is not where it was.</source>
        <translation>Die Datei ist nicht mehr, wo sie war.</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>Suchen…</translation>
    </message>
    <message>
        <source>Choose the folder that it was moved to</source>
        <translation>Den Ordner wählen, in den sie verschoben wurde</translation>
    </message>
    <message>
        <source>There is no picture here.</source>
        <translation>Hier ist kein Bild.</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>{count} Bilder</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Albums</source>
        <translation>Alben</translation>
    </message>
    <message>
        <source>Negative</source>
        <translation>Negativ</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Entstanden</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>Ähnlichkeit</translation>
    </message>
    <message>
        <source>Each person</source>
        <translation>Jede Person</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Dragging or Alt+Up and Alt+Down move this job, Delete cancels it</source>
        <translation>Ziehen oder Alt+Auf und Alt+Ab verschieben diesen Auftrag, Entf bricht ihn ab</translation>
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
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Make the pictures that are missing</source>
        <translation>Die fehlenden Bilder machen</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Do not make them; the pictures that are there stay</source>
        <translation>Sie nicht machen; die vorhandenen Bilder bleiben</translation>
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
        <source>1 picture was not finished</source>
        <translation>1 Bild wurde nicht fertig</translation>
    </message>
    <message>
        <source>{count} pictures were not finished</source>
        <translation>{count} Bilder wurden nicht fertig</translation>
    </message>
    <message>
        <source>Portrait</source>
        <translation>Porträt</translation>
    </message>
    <message>
        <source>The window was closed at picture {number} of {count}.</source>
        <translation>Das Fenster wurde bei Bild {number} von {count} geschlossen.</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
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
    <name>KeepPerson</name>
    <message>
        <source>Keep as a person…</source>
        <translation>Als Person behalten…</translation>
    </message>
    <message>
        <source>Put these photos into the library, under a name</source>
        <translation>Diese Fotos unter einem Namen in die Bibliothek aufnehmen</translation>
    </message>
    <message>
        <source>Confirmed before a picture was made.</source>
        <translation>Bestätigt, bevor ein Bild erstellt wurde.</translation>
    </message>
    <message>
        <source>Keeping the photos…</source>
        <translation>Die Fotos werden aufgenommen…</translation>
    </message>
    <message>
        <source>The photos are kept in the library.</source>
        <translation>Die Fotos sind in der Bibliothek.</translation>
    </message>
</context>
<context>
    <name>KeyField</name>
    <message>
        <source>Press the new keys; Backspace leaves the action without, Esc as it is</source>
        <translation>Die neuen Tasten drücken; Rücktaste lässt die Aktion ohne, Esc wie sie ist</translation>
    </message>
</context>
<context>
    <name>LabelDots</name>
    <message>
        <source>Colour label (keys 6 to 9)</source>
        <translation>Farbmarkierung (Tasten 6 bis 9)</translation>
    </message>
    <message>
        <source>Label: none</source>
        <translation>Farbe: keine</translation>
    </message>
    <message>
        <source>Label: {name}</source>
        <translation>Farbe: {name}</translation>
    </message>
</context>
<context>
    <name>LargeView</name>
    <message>
        <source>Back to the grid</source>
        <translation>Zurück zum Raster</translation>
    </message>
    <message>
        <source>seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
</context>
<context>
    <name>LibraryPerson</name>
    <message>
        <source>All people…</source>
        <translation>Alle Personen…</translation>
    </message>
    <message>
        <source>Choose a person of the library</source>
        <translation>Eine Person der Bibliothek wählen</translation>
    </message>
    <message>
        <source>or choose a person</source>
        <translation>oder eine Person wählen</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>Entsperren…</translation>
    </message>
    <message>
        <source>Go to the page People</source>
        <translation>Zur Seite „Personen“</translation>
    </message>
    <message>
        <source>Photos and permission of this person</source>
        <translation>Fotos und Einwilligung dieser Person</translation>
    </message>
    <message>
        <source>Choose another person</source>
        <translation>Andere Person wählen</translation>
    </message>
    <message>
        <source>Take this person out</source>
        <translation>Diese Person herausnehmen</translation>
    </message>
    <message>
        <source>Another person is chosen.</source>
        <translation>Eine andere Person ist gewählt.</translation>
    </message>
    <message>
        <source>The person was taken out.</source>
        <translation>Die Person wurde herausgenommen.</translation>
    </message>
    <message>
        <source>There is no photo of {name} that can be used.</source>
        <translation>Es gibt kein Foto von {name}, das sich verwenden lässt.</translation>
    </message>
    <message>
        <source>Add one on the page People.</source>
        <translation>Eines auf der Seite „Personen“ hinzufügen.</translation>
    </message>
    <message>
        <source>The people are locked</source>
        <translation>Die Personen sind gesperrt</translation>
    </message>
    <message>
        <source>Opening the library…</source>
        <translation>Die Bibliothek wird geöffnet…</translation>
    </message>
</context>
<context>
    <name>LibrarySection</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Pictures and people are files; the database can be made again from them.</source>
        <translation>Bilder und Personen sind Dateien; die Datenbank lässt sich aus ihnen neu machen.</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Compare files and database; nothing is changed</source>
        <translation>Dateien und Datenbank vergleichen; nichts wird geändert</translation>
    </message>
    <message>
        <source>Rebuild</source>
        <translation>Neu aufbauen</translation>
    </message>
    <message>
        <source>Make the database again from the files</source>
        <translation>Die Datenbank aus den Dateien neu machen</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Sichern…</translation>
    </message>
    <message>
        <source>Write the library into one file</source>
        <translation>Die Bibliothek in eine Datei schreiben</translation>
    </message>
    <message>
        <source>With the pictures</source>
        <translation>Mit den Bildern</translation>
    </message>
    <message>
        <source>Without them the file holds people, presets, stars and tags</source>
        <translation>Ohne sie enthält die Datei Personen, Vorgaben, Sterne und Schlagwörter</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Zurückholen…</translation>
    </message>
    <message>
        <source>Choose a backup to bring back</source>
        <translation>Eine Sicherung zum Zurückholen wählen</translation>
    </message>
    <message>
        <source>Do not restore</source>
        <translation>Nicht zurückholen</translation>
    </message>
    <message>
        <source>Keep the library that is there</source>
        <translation>Die Bibliothek behalten, die da ist</translation>
    </message>
    <message>
        <source>Looks for pictures without a file, files that the library does not know, and damage.</source>
        <translation>Sucht nach Bildern ohne Datei, nach Dateien, die die Bibliothek nicht kennt, und nach Schäden.</translation>
    </message>
    <message>
        <source>Rebuild from files</source>
        <translation>Aus den Dateien neu aufbauen</translation>
    </message>
    <message>
        <source>Brings back pictures, recipes, stars, tags and people. Nothing is deleted.</source>
        <translation>Bringt Bilder, Rezepte, Sterne, Schlagwörter und Personen zurück. Nichts wird gelöscht.</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>It holds photos of people: keep the file safe.</source>
        <translation>Sie enthält Fotos von Personen: die Datei gut aufheben.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Takes place at the next start. The library that is there is moved aside as a whole, and pictures are never written over.</source>
        <translation>Geschieht beim nächsten Start. Die Bibliothek, die da ist, wird als Ganzes beiseitegelegt, und Bilder werden nie überschrieben.</translation>
    </message>
    <message>
        <source>{name} is brought back at the next start.</source>
        <translation>{name} wird beim nächsten Start zurückgeholt.</translation>
    </message>
    <message>
        <source>Backup (*.fastface-backup)</source>
        <translation>Sicherung (*.fastface-backup)</translation>
    </message>
    <message>
        <source>Where the backup is to lie</source>
        <translation>Wo die Sicherung liegen soll</translation>
    </message>
    <message>
        <source>Backup (*.fastface-backup *.zip);;All files (*)</source>
        <translation>Sicherung (*.fastface-backup *.zip);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Choose a backup</source>
        <translation>Eine Sicherung wählen</translation>
    </message>
    <message>
        <source>All is well.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
    <message>
        <source>The database is damaged.</source>
        <translation>Die Datenbank ist beschädigt.</translation>
    </message>
    <message>
        <source>Pictures without a file: {count}.</source>
        <translation>Bilder ohne Datei: {count}.</translation>
    </message>
    <message>
        <source>Files that the library does not know: {count}.</source>
        <translation>Dateien, die die Bibliothek nicht kennt: {count}.</translation>
    </message>
    <message>
        <source>Rebuild mends that.</source>
        <translation>Neu aufbauen behebt das.</translation>
    </message>
    <message>
        <source>New: {new}. Found again: {found}. Missing: {missing}.</source>
        <translation>Neu: {new}. Wiedergefunden: {found}. Fehlend: {missing}.</translation>
    </message>
    <message>
        <source>{name}: {people} people and {pictures} pictures, {size}.</source>
        <translation>{name}: {people} Personen und {pictures} Bilder, {size}.</translation>
    </message>
</context>
<context>
    <name>LicencePanel</name>
    <message>
        <source>Accept and download</source>
        <translation>Annehmen und laden</translation>
    </message>
    <message>
        <source>Keep with today&apos;s date that you accept these terms, and begin</source>
        <translation>Die Zustimmung mit dem heutigen Datum festhalten und beginnen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Accept nothing, and leave it</source>
        <translation>Nicht zustimmen und es dabei lassen</translation>
    </message>
    <message>
        <source>These terms apply</source>
        <translation>Diese Bedingungen gelten</translation>
    </message>
    <message>
        <source>Read the terms: {address}</source>
        <translation>Die Bedingungen lesen: {address}</translation>
    </message>
</context>
<context>
    <name>LockButton</name>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Change the passphrase…</source>
        <translation>Passwort ändern…</translation>
    </message>
    <message>
        <source>Take the passphrase away…</source>
        <translation>Passwort entfernen…</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Protect…</source>
        <translation>Schützen…</translation>
    </message>
    <message>
        <source>Lock the people, or change the passphrase</source>
        <translation>Die Personen sperren oder das Passwort ändern</translation>
    </message>
    <message>
        <source>Encrypt names, photos and faces with a passphrase</source>
        <translation>Namen, Fotos und Gesichter mit einem Passwort verschlüsseln</translation>
    </message>
</context>
<context>
    <name>LockPanel</name>
    <message>
        <source>Passphrase</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>Neues Passwort</translation>
    </message>
    <message>
        <source>The new passphrase once more</source>
        <translation>Das neue Passwort noch einmal</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave everything as it is</source>
        <translation>Alles lassen, wie es ist</translation>
    </message>
    <message>
        <source>Working with the passphrase</source>
        <translation>Das Passwort wird verarbeitet</translation>
    </message>
    <message>
        <source>Protect the people with a passphrase</source>
        <translation>Die Personen mit einem Passwort schützen</translation>
    </message>
    <message>
        <source>The people are locked</source>
        <translation>Die Personen sind gesperrt</translation>
    </message>
    <message>
        <source>Change the passphrase</source>
        <translation>Das Passwort ändern</translation>
    </message>
    <message>
        <source>Take the passphrase away</source>
        <translation>Das Passwort entfernen</translation>
    </message>
    <message>
        <source>Names, photos, faces and notes are then encrypted on the disk. Pictures that were made are not.</source>
        <translation>Namen, Fotos, Gesichter und Notizen sind dann auf dem Laufwerk verschlüsselt, erstellte Bilder nicht.</translation>
    </message>
    <message>
        <source>Their names, photos and faces are encrypted. The gallery works without them.</source>
        <translation>Ihre Namen, Fotos und Gesichter sind verschlüsselt. Die Galerie funktioniert ohne sie.</translation>
    </message>
    <message>
        <source>Everything can then be read by anyone who has this computer&apos;s files.</source>
        <translation>Wer die Dateien dieses Computers hat, kann dann alles lesen.</translation>
    </message>
    <message>
        <source>Protect</source>
        <translation>Schützen</translation>
    </message>
    <message>
        <source>Encrypt everything with this passphrase</source>
        <translation>Alles mit diesem Passwort verschlüsseln</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Show the people</source>
        <translation>Die Personen zeigen</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Take the new passphrase</source>
        <translation>Das neue Passwort nehmen</translation>
    </message>
    <message>
        <source>Take it away</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Decrypt everything</source>
        <translation>Alles entschlüsseln</translation>
    </message>
    <message>
        <source>If the passphrase is lost, the people are lost: nobody can open the lock without it.</source>
        <translation>Wer das Passwort verliert, verliert die Personen: Ohne es lässt sich die Sperre nicht öffnen.</translation>
    </message>
    <message>
        <source>The new passphrases are not the same.</source>
        <translation>Die neuen Passwörter sind nicht gleich.</translation>
    </message>
    <message>
        <source>Type both again.</source>
        <translation>Beide noch einmal eingeben.</translation>
    </message>
</context>
<context>
    <name>LoraRow</name>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>How strongly it acts; empty leaves it out</source>
        <translation>Wie stark sie wirkt; leer lässt sie weg</translation>
    </message>
    <message>
        <source>Scale of the LoRA</source>
        <translation>Faktor der LoRA</translation>
    </message>
    <message>
        <source>How strongly it acts; the middle, or a double click, leaves it out</source>
        <translation>Wie stark sie wirkt; die Mitte oder ein Doppelklick lässt sie weg</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>{model} is ready.</source>
        <translation>{model} ist bereit.</translation>
    </message>
    <message>
        <source>There is no help here</source>
        <translation>Hier gibt es keine Hilfe</translation>
    </message>
    <message>
        <source>Not before the first steps</source>
        <translation>Nicht vor den ersten Schritten</translation>
    </message>
    <message>
        <source>Nothing to take back</source>
        <translation>Nichts zurückzunehmen</translation>
    </message>
    <message>
        <source>The text is as large as it gets</source>
        <translation>Größer wird der Text nicht</translation>
    </message>
    <message>
        <source>The text has its usual size</source>
        <translation>Der Text hat seine übliche Größe</translation>
    </message>
</context>
<context>
    <name>MarkActs</name>
    <message>
        <source>Delete this picture for good? Nothing brings it back.</source>
        <translation>Dieses Bild endgültig löschen? Nichts bringt es zurück.</translation>
    </message>
    <message>
        <source>Delete {count} pictures for good? Nothing brings them back.</source>
        <translation>{count} Bilder endgültig löschen? Nichts bringt sie zurück.</translation>
    </message>
    <message>
        <source>Delete everything in the trash ({count}) for good? Nothing brings it back.</source>
        <translation>Alles im Papierkorb ({count}) endgültig löschen? Nichts bringt es zurück.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>The files are deleted</source>
        <translation>Die Dateien werden gelöscht</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Nothing is deleted</source>
        <translation>Nichts wird gelöscht</translation>
    </message>
</context>
<context>
    <name>Marking</name>
    <message>
        <source>No stars.</source>
        <translation>Keine Sterne.</translation>
    </message>
    <message>
        <source>1 star.</source>
        <translation>1 Stern.</translation>
    </message>
    <message>
        <source>{count} stars.</source>
        <translation>{count} Sterne.</translation>
    </message>
    <message>
        <source>Rejected.</source>
        <translation>Abgelehnt.</translation>
    </message>
    <message>
        <source>No longer rejected.</source>
        <translation>Nicht mehr abgelehnt.</translation>
    </message>
    <message>
        <source>Tagged {tag}.</source>
        <translation>Schlagwort {tag} vergeben.</translation>
    </message>
    <message>
        <source>The tag {tag} is gone.</source>
        <translation>Das Schlagwort {tag} ist weg.</translation>
    </message>
    <message>
        <source>Labelled.</source>
        <translation>Farbe gesetzt.</translation>
    </message>
    <message>
        <source>No label.</source>
        <translation>Keine Farbe.</translation>
    </message>
    <message>
        <source>Now a stack.</source>
        <translation>Jetzt ein Stapel.</translation>
    </message>
    <message>
        <source>No longer a stack.</source>
        <translation>Kein Stapel mehr.</translation>
    </message>
    <message>
        <source>In the trash.</source>
        <translation>Im Papierkorb.</translation>
    </message>
    <message>
        <source>{count} pictures are in the trash.</source>
        <translation>{count} Bilder sind im Papierkorb.</translation>
    </message>
    <message>
        <source>Back in the gallery.</source>
        <translation>Wieder in der Galerie.</translation>
    </message>
    <message>
        <source>{count} pictures are back in the gallery.</source>
        <translation>{count} Bilder sind wieder in der Galerie.</translation>
    </message>
    <message>
        <source>1 picture is deleted.</source>
        <translation>1 Bild ist gelöscht.</translation>
    </message>
    <message>
        <source>{count} pictures are deleted.</source>
        <translation>{count} Bilder sind gelöscht.</translation>
    </message>
    <message>
        <source>{count} pictures:</source>
        <translation>{count} Bilder:</translation>
    </message>
</context>
<context>
    <name>Matrix</name>
    <message>
        <source>Pictures of each person in each look</source>
        <translation>Bilder von jeder Person in jedem Stil</translation>
    </message>
    <message>
        <source>Digits, + and - set a cell; a click on a person or a look fills its row or column, Delete removes it</source>
        <translation>Ziffern, + und - setzen eine Zelle; ein Klick auf Person oder Stil füllt Zeile oder Spalte, Entf nimmt sie heraus</translation>
    </message>
</context>
<context>
    <name>MatrixModel</name>
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
    <name>MenuButton</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Appearance, language, help</source>
        <translation>Aussehen, Sprache, Hilfe</translation>
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
        <source>Batch…</source>
        <translation>Stapel…</translation>
    </message>
    <message>
        <source>Find an action</source>
        <translation>Aktion finden</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Erste Schritte</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>About FastFace {version}</source>
        <translation>Über FastFace {version}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Verify all</source>
        <translation>Alle prüfen</translation>
    </message>
    <message>
        <source>Read every file that is here and compare it with its checksum</source>
        <translation>Jede Datei lesen, die hier ist, und mit ihrer Prüfsumme vergleichen</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>What this computer can do, and the first steps once more</source>
        <translation>Was dieser Computer kann, und noch einmal die ersten Schritte</translation>
    </message>
    <message>
        <source>Progress of the verification</source>
        <translation>Fortschritt der Prüfung</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Offline arbeiten</translation>
    </message>
    <message>
        <source>Add from a folder…</source>
        <translation>Aus einem Ordner…</translation>
    </message>
    <message>
        <source>Look through a folder or a hub cache for files that FastFace knows</source>
        <translation>Einen Ordner oder Hub-Cache nach Dateien durchsuchen, die FastFace kennt</translation>
    </message>
    <message>
        <source>What was asked of the network</source>
        <translation>Was vom Netz verlangt wurde</translation>
    </message>
    <message>
        <source>Every request that FastFace ever sent</source>
        <translation>Jede Anfrage, die FastFace je gesendet hat</translation>
    </message>
    <message>
        <source>graphics card with {size} GB</source>
        <translation>Grafikkarte mit {size} GB</translation>
    </message>
    <message>
        <source>with a graphics card</source>
        <translation>mit Grafikkarte</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>keine Grafikkarte</translation>
    </message>
    <message>
        <source>This computer: {graphics}, {memory} GB memory, {free} free</source>
        <translation>Dieser Computer: {graphics}, {memory} GB Speicher, {free} frei</translation>
    </message>
    <message>
        <source>The variable {name} keeps FastFace offline</source>
        <translation>Die Variable {name} hält FastFace offline</translation>
    </message>
    <message>
        <source>FastFace then uses no network at all; downloads wait until it is off again</source>
        <translation>FastFace benutzt dann gar kein Netz; geladen wird erst, wenn der Schalter wieder aus ist</translation>
    </message>
    <message>
        <source>{name} is ready to make pictures.</source>
        <translation>{name} kann jetzt Bilder machen.</translation>
    </message>
    <message>
        <source>{name} is ready.</source>
        <translation>{name} ist bereit.</translation>
    </message>
    <message>
        <source>{name} is in the pack {file}, {size}. On the other computer, drop it on this page.</source>
        <translation>{name} ist im Paket {file}, {size}. Auf dem anderen Computer auf dieser Seite ablegen.</translation>
    </message>
</context>
<context>
    <name>NameField</name>
    <message>
        <source>Name of the album</source>
        <translation>Name des Albums</translation>
    </message>
    <message>
        <source>Enter keeps the name, Escape leaves it</source>
        <translation>Eingabe behält den Namen, Escape lässt ihn</translation>
    </message>
</context>
<context>
    <name>Network</name>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Photos, pictures and prompts never leave this computer. The network only fetches models, the GPU&apos;s runtime and new versions.</source>
        <translation>Fotos, Bilder und Prompts verlassen diesen Rechner nie. Aus dem Netz kommen nur Modelle, die Laufzeit der GPU und neue Versionen.</translation>
    </message>
    <message>
        <source>Use no network</source>
        <translation>Kein Netz verwenden</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>FastFace then uses no network at all</source>
        <translation>FastFace nutzt dann gar kein Netz</translation>
    </message>
    <message>
        <source>No connection is opened at all. Downloads wait until it is off again.</source>
        <translation>Keine Verbindung wird geöffnet. Downloads warten, bis es wieder aus ist.</translation>
    </message>
    <message>
        <source>The variable {name} keeps FastFace offline</source>
        <translation>Die Variable {name} hält FastFace offline</translation>
    </message>
</context>
<context>
    <name>NetworkSection</name>
    <message>
        <source>Mirror</source>
        <translation>Spiegel</translation>
    </message>
    <message>
        <source>Another address for the hub that models come from; empty for the usual one</source>
        <translation>Eine andere Adresse für den Hub, von dem Modelle kommen; leer für die übliche</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>The address of a proxy; empty for what the system says</source>
        <translation>Die Adresse eines Proxys; leer für das, was das System sagt</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>Zugangsschlüssel</translation>
    </message>
    <message>
        <source>For models that are open only to accounts that have accepted their terms. It is never shown.</source>
        <translation>Für Modelle, die nur Konten offen stehen, die ihren Bedingungen zugestimmt haben. Er wird nie gezeigt.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget the access token</source>
        <translation>Den Zugangsschlüssel vergessen</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>Verbindung testen</translation>
    </message>
    <message>
        <source>Ask the hub something small, with mirror, proxy and token</source>
        <translation>Den Hub eine Kleinigkeit fragen, mit Spiegel, Proxy und Schlüssel</translation>
    </message>
    <message>
        <source>One is kept</source>
        <translation>Einer ist hinterlegt</translation>
    </message>
    <message>
        <source>Set outside of FastFace, and coming first: {names}</source>
        <translation>Außerhalb von FastFace gesetzt und mit Vorrang: {names}</translation>
    </message>
    <message>
        <source>{host} answers, and accepts the access token.</source>
        <translation>{host} antwortet und nimmt den Zugangsschlüssel an.</translation>
    </message>
    <message>
        <source>{host} answers.</source>
        <translation>{host} antwortet.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Wird gefragt…</translation>
    </message>
</context>
<context>
    <name>NewPerson</name>
    <message>
        <source>New person</source>
        <translation>Neue Person</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of the new person</source>
        <translation>Name der neuen Person</translation>
    </message>
    <message>
        <source>How you call the person. It is in no file&apos;s name</source>
        <translation>Wie die Person heißen soll. Der Name steht in keinem Dateinamen</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add this person (Enter)</source>
        <translation>Diese Person hinzufügen (Eingabe)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Add nobody</source>
        <translation>Niemanden hinzufügen</translation>
    </message>
    <message>
        <source>Photos can be added afterwards.</source>
        <translation>Fotos lassen sich danach hinzufügen.</translation>
    </message>
    <message>
        <source>1 photo will be added.</source>
        <translation>1 Foto wird hinzugefügt.</translation>
    </message>
    <message>
        <source>{count} photos will be added.</source>
        <translation>{count} Fotos werden hinzugefügt.</translation>
    </message>
    <message>
        <source>This file is no photo that can be read; it is said once it is looked at</source>
        <translation>Diese Datei ist kein lesbares Foto; Näheres folgt, sobald sie angesehen wird</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>{count} weitere</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>{smallest} to {largest}</source>
        <translation>{smallest} bis {largest}</translation>
    </message>
    <message>
        <source>This is not a number.</source>
        <translation>Das ist keine Zahl.</translation>
    </message>
    <message>
        <source>It has to be from {range}.</source>
        <translation>Erlaubt ist {range}.</translation>
    </message>
    <message>
        <source>It has to be a whole number.</source>
        <translation>Nur ganze Zahlen sind erlaubt.</translation>
    </message>
</context>
<context>
    <name>OtherRow</name>
    <message>
        <source>How far this is</source>
        <translation>Wie weit dies ist</translation>
    </message>
    <message>
        <source>Stop this after its step</source>
        <translation>Dies nach seinem Schritt anhalten</translation>
    </message>
    <message>
        <source>Pause the batch after this picture</source>
        <translation>Den Stapel nach diesem Bild anhalten</translation>
    </message>
    <message>
        <source>Pause the search after this picture</source>
        <translation>Die Suche nach diesem Bild anhalten</translation>
    </message>
    <message>
        <source>Go on with the batch</source>
        <translation>Den Stapel fortsetzen</translation>
    </message>
    <message>
        <source>Go on with the search</source>
        <translation>Die Suche fortsetzen</translation>
    </message>
    <message>
        <source>Show the rows of the batch</source>
        <translation>Die Zeilen des Stapels zeigen</translation>
    </message>
    <message>
        <source>Show the search</source>
        <translation>Die Suche zeigen</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>Vorher und nachher</translation>
    </message>
    <message>
        <source>Best settings</source>
        <translation>Beste Einstellungen</translation>
    </message>
    <message>
        <source>Trial · goes in after this picture</source>
        <translation>Versuch · kommt nach diesem Bild</translation>
    </message>
    <message>
        <source>Trial · being made</source>
        <translation>Versuch · wird gemacht</translation>
    </message>
    <message>
        <source>Batch · {made} of {count} pictures</source>
        <translation>Stapel · {made} von {count} Bildern</translation>
    </message>
    <message>
        <source>Search · {made} of {count} pictures</source>
        <translation>Suche · {made} von {count} Bildern</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search · {made} of {count} measured</source>
        <translation>Suche · {made} von {count} gemessen</translation>
    </message>
    <message>
        <source>Comparison · {made} of {count} cells</source>
        <translation>Vergleich · {made} von {count} Feldern</translation>
    </message>
</context>
<context>
    <name>Overlay</name>
    <message>
        <source>Attention to the face</source>
        <translation>Aufmerksamkeit für das Gesicht</translation>
    </message>
    <message>
        <source>The picture with the attention map over it</source>
        <translation>Das Bild mit der Aufmerksamkeitskarte darüber</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Which identity token was looked at</source>
        <translation>Auf welches Identitäts-Token geachtet wurde</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>At which step of the sampling</source>
        <translation>In welchem Schritt des Samplings</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>In which block of the UNet</source>
        <translation>In welchem Block des UNet</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>The map before the transforms</source>
        <translation>Die Karte vor den Umformungen</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>The map after the transforms</source>
        <translation>Die Karte nach den Umformungen</translation>
    </message>
    <message>
        <source>Before or after the transforms</source>
        <translation>Vor oder nach den Umformungen</translation>
    </message>
    <message>
        <source>Opacity of the map</source>
        <translation>Deckkraft der Karte</translation>
    </message>
    <message>
        <source>How much of the map is seen over the picture, 0 to 100 %</source>
        <translation>Wie viel der Karte über dem Bild zu sehen ist, 0 bis 100 %</translation>
    </message>
    <message>
        <source>Which map is shown: block, step, token</source>
        <translation>Welche Karte gezeigt wird: Block, Schritt, Token</translation>
    </message>
    <message>
        <source>Try it shows here where the model looks at the face.</source>
        <translation>Ausprobieren zeigt hier, wo das Modell auf das Gesicht achtet.</translation>
    </message>
    <message>
        <source>Step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
    <message>
        <source>All tokens, averaged</source>
        <translation>Alle Tokens, gemittelt</translation>
    </message>
    <message>
        <source>Token {number}</source>
        <translation>Token {number}</translation>
    </message>
    <message>
        <source>down</source>
        <translation>abwärts</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>up</source>
        <translation>aufwärts</translation>
    </message>
    <message>
        <source>This step was made without the face.</source>
        <translation>Dieser Schritt kam ohne das Gesicht aus.</translation>
    </message>
    <message>
        <source>Attention here: {smallest} to {largest}</source>
        <translation>Aufmerksamkeit hier: {smallest} bis {largest}</translation>
    </message>
</context>
<context>
    <name>OwnCard</name>
    <message>
        <source>What was said of its terms when it was imported</source>
        <translation>Was beim Import zu den Bedingungen angegeben wurde</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Say first what removing it means</source>
        <translation>Zuerst sagen, was das Entfernen bedeutet</translation>
    </message>
    <message>
        <source>Remove: {name}</source>
        <translation>Entfernen: {name}</translation>
    </message>
    <message>
        <source>Progress of {name}</source>
        <translation>Fortschritt von {name}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Delete this file</source>
        <translation>Diese Datei löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Delete nothing</source>
        <translation>Nichts löschen</translation>
    </message>
    <message>
        <source>Its file is gone. Remove it here, or import it again.</source>
        <translation>Die Datei fehlt. Hier entfernen oder neu importieren.</translation>
    </message>
    <message>
        <source>A checkpoint of your own, used with the other parts of {title}.</source>
        <translation>Ein eigener Checkpoint, benutzt mit den übrigen Teilen von {title}.</translation>
    </message>
    <message>
        <source>A checkpoint of your own. It waits for the other parts of {title}: download them.</source>
        <translation>Ein eigener Checkpoint. Er wartet auf die übrigen Teile von {title}: diese laden.</translation>
    </message>
    <message>
        <source>Licence not known</source>
        <translation>Lizenz nicht bekannt</translation>
    </message>
    <message>
        <source>Commercial use: yes, as you said</source>
        <translation>Kommerzielle Nutzung: ja, laut Angabe</translation>
    </message>
    <message>
        <source>Commercial use: no, as you said</source>
        <translation>Kommerzielle Nutzung: nein, laut Angabe</translation>
    </message>
    <message>
        <source>This frees {size}. The file that it was imported from stays where it is.</source>
        <translation>Das macht {size} frei. Die Datei, aus der importiert wurde, bleibt, wo sie ist.</translation>
    </message>
</context>
<context>
    <name>OwnLoras</name>
    <message>
        <source>None is here yet.</source>
        <translation>Noch ist keine da.</translation>
    </message>
    <message>
        <source>Import a LoRA…</source>
        <translation>LoRA importieren…</translation>
    </message>
    <message>
        <source>Take over a LoRA for SDXL, to be put on any model</source>
        <translation>Eine LoRA für SDXL übernehmen, die auf jedes Modell gelegt werden kann</translation>
    </message>
    <message>
        <source>Choose a LoRA</source>
        <translation>LoRA auswählen</translation>
    </message>
    <message>
        <source>LoRAs ({suffixes})</source>
        <translation>LoRAs ({suffixes})</translation>
    </message>
    <message>
        <source>{name} (not installed)</source>
        <translation>{name} (nicht installiert)</translation>
    </message>
    <message>
        <source>Your LoRAs</source>
        <translation>Eigene LoRAs</translation>
    </message>
</context>
<context>
    <name>OwnStyle</name>
    <message>
        <source>Name of the style</source>
        <translation>Name des Stils</translation>
    </message>
    <message>
        <source>For example: Soft chalk</source>
        <translation>Zum Beispiel: Weiche Kreide</translation>
    </message>
    <message>
        <source>What is said with every prompt</source>
        <translation>Was mit jedem Prompt gesagt wird</translation>
    </message>
    <message>
        <source>Soft pastel chalk, rough paper</source>
        <translation>Soft pastel chalk, rough paper</translation>
    </message>
    <message>
        <source>In English. Where the prompt is to stand inside: chalk drawing of {prompt}, rough paper</source>
        <translation>Auf Englisch. Soll der Prompt darin stehen: chalk drawing of {prompt}, rough paper</translation>
    </message>
    <message>
        <source>What to leave out with it</source>
        <translation>Was damit wegbleibt</translation>
    </message>
    <message>
        <source>Photo, photorealistic</source>
        <translation>Photo, photorealistic</translation>
    </message>
    <message>
        <source>Close without keeping</source>
        <translation>Schließen, ohne zu behalten</translation>
    </message>
    <message>
        <source>Keep the style</source>
        <translation>Stil behalten</translation>
    </message>
    <message>
        <source>Offer it among the others from now on</source>
        <translation>Von nun an unter den anderen anbieten</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei…</translation>
    </message>
    <message>
        <source>Take over styles that somebody shared</source>
        <translation>Stile übernehmen, die jemand geteilt hat</translation>
    </message>
    <message>
        <source>Change the style</source>
        <translation>Stil ändern</translation>
    </message>
    <message>
        <source>A style of your own</source>
        <translation>Ein eigener Stil</translation>
    </message>
    <message>
        <source>Take over styles</source>
        <translation>Stile übernehmen</translation>
    </message>
    <message>
        <source>Styles (*.json)</source>
        <translation>Stile (*.json)</translation>
    </message>
    <message>
        <source>1 style was taken over.</source>
        <translation>1 Stil wurde übernommen.</translation>
    </message>
    <message>
        <source>{count} styles were taken over.</source>
        <translation>{count} Stile wurden übernommen.</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Share as a file…</source>
        <translation>Als Datei teilen…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Share the style</source>
        <translation>Stil teilen</translation>
    </message>
    <message>
        <source>The style is in {file}.</source>
        <translation>Der Stil ist in {file}.</translation>
    </message>
    <message>
        <source>The style {title} was deleted.</source>
        <translation>Der Stil {title} wurde gelöscht.</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>Let go to use it here</source>
        <translation>Loslassen, um es hier zu verwenden</translation>
    </message>
    <message>
        <source>Nothing on the clipboard can be used here</source>
        <translation>Nichts in der Zwischenablage passt hierher</translation>
    </message>
</context>
<context>
    <name>PageActs</name>
    <message>
        <source>Choose one picture first.</source>
        <translation>Zuerst ein Bild auswählen.</translation>
    </message>
    <message>
        <source>Choose pictures first.</source>
        <translation>Zuerst Bilder auswählen.</translation>
    </message>
    <message>
        <source>Choose several pictures first.</source>
        <translation>Erst mehrere Bilder wählen.</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurücklegen</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>In seinem Ordner zeigen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Reject, or take that back</source>
        <translation>Ablehnen, oder das zurücknehmen</translation>
    </message>
    <message>
        <source>Into the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
</context>
<context>
    <name>PageBuilder</name>
    <message>
        <source>Create</source>
        <translation>Erstellen</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>It goes on once the people are unlocked.</source>
        <translation>Es geht weiter, sobald die Personen entsperrt sind.</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Erste Schritte</translation>
    </message>
</context>
<context>
    <name>Pair</name>
    <message>
        <source>A photo of a person, and portraits that the starter drew of it</source>
        <translation>Ein Foto einer Person und Porträts, die das Startmodell danach gezeichnet hat</translation>
    </message>
    <message>
        <source>One photo, many styles; drawn by the starter</source>
        <translation>Ein Foto, viele Stile; vom Startmodell gezeichnet</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find an action</source>
        <translation>Aktion finden</translation>
    </message>
    <message>
        <source>An action, a setting, a person, an album, a picture…</source>
        <translation>Eine Aktion, Einstellung, Person, ein Album, ein Bild…</translation>
    </message>
    <message>
        <source>A few letters are enough; arrow keys choose, Enter does it</source>
        <translation>Ein paar Buchstaben genügen; Pfeiltasten wählen, Enter führt aus</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Aktionen</translation>
    </message>
    <message>
        <source>Nothing is called that.</source>
        <translation>Nichts heißt so.</translation>
    </message>
    <message>
        <source>As measured</source>
        <translation>Wie gemessen</translation>
    </message>
</context>
<context>
    <name>PaperRow</name>
    <message>
        <source>{name}: open, save, remove</source>
        <translation>{name}: öffnen, speichern, entfernen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Save a copy…</source>
        <translation>Kopie speichern…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>It is encrypted. Save a copy to open it elsewhere.</source>
        <translation>Es ist verschlüsselt. Zum Öffnen anderswo eine Kopie speichern.</translation>
    </message>
</context>
<context>
    <name>PapersPanel</name>
    <message>
        <source>Attach the signed paper…</source>
        <translation>Unterschriebenes Papier anhängen…</translation>
    </message>
    <message>
        <source>A PDF or a picture; it is kept with the person, encrypted as the photos are</source>
        <translation>Ein PDF oder Bild; es wird bei der Person aufbewahrt, verschlüsselt wie die Fotos</translation>
    </message>
    <message>
        <source>The signed paper</source>
        <translation>Das unterschriebene Papier</translation>
    </message>
    <message>
        <source>Documents ({endings})</source>
        <translation>Dokumente ({endings})</translation>
    </message>
    <message>
        <source>{name} is attached.</source>
        <translation>{name} ist angehängt.</translation>
    </message>
    <message>
        <source>The document was erased.</source>
        <translation>Das Dokument wurde gelöscht.</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Kopie speichern</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Written to {file}.</source>
        <translation>In {file} geschrieben.</translation>
    </message>
</context>
<context>
    <name>PeopleCards</name>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Click a person, or walk with the arrow keys and press Enter</source>
        <translation>Eine Person anklicken, oder mit den Pfeiltasten wählen und Eingabe drücken</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>New person</source>
        <translation>Neue Person</translation>
    </message>
    <message>
        <source>Add a person to the library</source>
        <translation>Eine Person in die Bibliothek aufnehmen</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Drop photos of a person</source>
        <translation>Fotos einer Person hier ablegen</translation>
    </message>
    <message>
        <source>or click to choose them. They are copied into the library and stay on this computer.</source>
        <translation>oder klicken, um sie auszuwählen. Sie werden in die Bibliothek kopiert und bleiben auf diesem Computer.</translation>
    </message>
    <message>
        <source>Choose photos of a person</source>
        <translation>Fotos einer Person wählen</translation>
    </message>
    <message>
        <source>Opening the library…</source>
        <translation>Die Bibliothek wird geöffnet…</translation>
    </message>
    <message>
        <source>Nobody is found by &quot;{words}&quot;.</source>
        <translation>Unter „{words}“ ist niemand zu finden.</translation>
    </message>
    <message>
        <source>The people are locked</source>
        <translation>Die Personen sind gesperrt</translation>
    </message>
    <message>
        <source>There is no passphrase</source>
        <translation>Es gibt kein Passwort</translation>
    </message>
    <message>
        <source>Let go to add these photos</source>
        <translation>Loslassen, um diese Fotos hinzuzufügen</translation>
    </message>
    <message>
        <source>Let go to make a new person</source>
        <translation>Loslassen, um eine neue Person anzulegen</translation>
    </message>
    <message>
        <source>The people are encrypted.</source>
        <translation>Die Personen sind verschlüsselt.</translation>
    </message>
    <message>
        <source>The passphrase is changed.</source>
        <translation>Das Passwort ist geändert.</translation>
    </message>
    <message>
        <source>The people are not encrypted any more.</source>
        <translation>Die Personen sind nicht mehr verschlüsselt.</translation>
    </message>
</context>
<context>
    <name>PeopleTogether</name>
    <message>
        <source>Another person in the picture…</source>
        <translation>Noch jemand im Bild…</translation>
    </message>
    <message>
        <source>Show somebody else beside this person</source>
        <translation>Neben dieser Person noch jemanden zeigen</translation>
    </message>
    <message>
        <source>Draw the places</source>
        <translation>Plätze zeichnen</translation>
    </message>
    <message>
        <source>Draw on the picture where everybody is</source>
        <translation>Auf dem Bild zeichnen, wo jeder ist</translation>
    </message>
    <message>
        <source>As in the photos</source>
        <translation>Wie in den Fotos</translation>
    </message>
    <message>
        <source>Everybody is where their photo has them, as in a photo of a group</source>
        <translation>Jeder ist, wo sein Foto ihn hat, wie auf einem Gruppenfoto</translation>
    </message>
    <message>
        <source>From photos…</source>
        <translation>Aus Fotos…</translation>
    </message>
    <message>
        <source>Choose photos of the other person</source>
        <translation>Fotos der anderen Person wählen</translation>
    </message>
    <message>
        <source>Person {number}</source>
        <translation>Person {number}</translation>
    </message>
</context>
<context>
    <name>PeopleTools</name>
    <message>
        <source>Search people</source>
        <translation>Personen suchen</translation>
    </message>
    <message>
        <source>Show those whose name, group, contact or job has these words</source>
        <translation>Zeigt, in deren Name, Gruppe, Kontakt oder Auftrag diese Wörter stehen</translation>
    </message>
    <message>
        <source>Order of the people</source>
        <translation>Reihenfolge der Personen</translation>
    </message>
    <message>
        <source>In which order people are shown</source>
        <translation>In welcher Reihenfolge Personen gezeigt werden</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>Nach Name</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>To ask again first</source>
        <translation>Erst wer neu zu fragen ist</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Show the people of one group</source>
        <translation>Die Personen einer Gruppe zeigen</translation>
    </message>
    <message>
        <source>Batch of these people…</source>
        <translation>Stapel dieser Personen…</translation>
    </message>
    <message>
        <source>Many pictures at once of everybody who is shown</source>
        <translation>Viele Bilder auf einmal von allen, die gezeigt werden</translation>
    </message>
    <message>
        <source>All groups</source>
        <translation>Alle Gruppen</translation>
    </message>
</context>
<context>
    <name>Permission</name>
    <message>
        <source>The people are locked.</source>
        <translation>Die Personen sind gesperrt.</translation>
    </message>
    <message>
        <source>Unlock them on the page People.</source>
        <translation>Sie auf der Seite „Personen“ entsperren.</translation>
    </message>
    <message>
        <source>The library is still being opened.</source>
        <translation>Die Bibliothek wird noch geöffnet.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Confirmed before a picture was made.</source>
        <translation>Bestätigt, bevor ein Bild erstellt wurde.</translation>
    </message>
</context>
<context>
    <name>PermissionQuestion</name>
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
        <source>Choose photos</source>
        <translation>Fotos wählen</translation>
    </message>
    <message>
        <source>Add photos of the same person</source>
        <translation>Fotos derselben Person hinzufügen</translation>
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
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Take out the photos that show someone else</source>
        <translation>Die Fotos herausnehmen, die jemand anderes zeigen</translation>
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
        <source>1 photo seems to show someone else.</source>
        <translation>1 Foto zeigt wohl jemand anderes.</translation>
    </message>
    <message>
        <source>{count} photos seem to show someone else.</source>
        <translation>{count} Fotos zeigen wohl jemand anderes.</translation>
    </message>
    <message>
        <source>Looking for the face…</source>
        <translation>Das Gesicht wird gesucht…</translation>
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
        <source>Someone else than in the other photos, it seems.</source>
        <translation>Wohl jemand anderes als auf den anderen Fotos.</translation>
    </message>
    <message>
        <source>This face serves well.</source>
        <translation>Dieses Gesicht eignet sich gut.</translation>
    </message>
</context>
<context>
    <name>PersonPicker</name>
    <message>
        <source>Search names</source>
        <translation>Namen suchen</translation>
    </message>
    <message>
        <source>Type a part of the name; the arrow keys walk through the list</source>
        <translation>Einen Teil des Namens eingeben; die Pfeiltasten gehen durch die Liste</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Take this person</source>
        <translation>Diese Person nehmen</translation>
    </message>
</context>
<context>
    <name>PersonView</name>
    <message>
        <source>As drawn</source>
        <translation>Gezeichnet</translation>
    </message>
    <message>
        <source>Back to everyone</source>
        <translation>Zurück zu allen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Click to change the name</source>
        <translation>Klicken, um den Namen zu ändern</translation>
    </message>
    <message>
        <source>Show the pictures of this person in the gallery</source>
        <translation>Die Bilder dieser Person in der Galerie zeigen</translation>
    </message>
    <message>
        <source>Make pictures</source>
        <translation>Bilder erstellen</translation>
    </message>
    <message>
        <source>Go to Create with this person</source>
        <translation>Mit dieser Person zu „Erstellen“</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Permission</source>
        <translation>Einwilligung</translation>
    </message>
    <message>
        <source>Photos or permission</source>
        <translation>Fotos oder Einwilligung</translation>
    </message>
    <message>
        <source>1 picture made</source>
        <translation>1 Bild erstellt</translation>
    </message>
    <message>
        <source>{count} pictures made</source>
        <translation>{count} Bilder erstellt</translation>
    </message>
    <message>
        <source>{old} is called {new} now.</source>
        <translation>{old} heißt jetzt {new}.</translation>
    </message>
    <message>
        <source>The notes are kept.</source>
        <translation>Die Notizen sind gespeichert.</translation>
    </message>
    <message>
        <source>The client is noted.</source>
        <translation>Der Kunde ist notiert.</translation>
    </message>
    <message>
        <source>The groups are noted.</source>
        <translation>Die Gruppen sind notiert.</translation>
    </message>
    <message>
        <source>The permission is noted.</source>
        <translation>Die Einwilligung ist notiert.</translation>
    </message>
    <message>
        <source>No permission is noted any more.</source>
        <translation>Es ist keine Einwilligung mehr notiert.</translation>
    </message>
</context>
<context>
    <name>PhotoArea</name>
    <message>
        <source>Add photos…</source>
        <translation>Fotos hinzufügen…</translation>
    </message>
    <message>
        <source>Choose photos of this person</source>
        <translation>Fotos dieser Person wählen</translation>
    </message>
    <message>
        <source>Drop photos of this person</source>
        <translation>Fotos dieser Person hier ablegen</translation>
    </message>
    <message>
        <source>or click to choose them. A few sharp ones in which the face looks at the camera are best.</source>
        <translation>oder klicken, um sie auszuwählen. Am besten sind einige scharfe, auf denen das Gesicht in die Kamera blickt.</translation>
    </message>
    <message>
        <source>Photos that were looked at</source>
        <translation>Angesehene Fotos</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Keep what was looked at, and leave the rest</source>
        <translation>Behalten, was angesehen wurde, und den Rest weglassen</translation>
    </message>
    <message>
        <source>The verdict says whether the photo is used.</source>
        <translation>Das Urteil sagt, ob das Foto verwendet wird.</translation>
    </message>
    <message>
        <source>The photo is used.</source>
        <translation>Das Foto wird verwendet.</translation>
    </message>
    <message>
        <source>The photo is not used.</source>
        <translation>Das Foto wird nicht verwendet.</translation>
    </message>
    <message>
        <source>The photo is the cover.</source>
        <translation>Das Foto ist das Titelbild.</translation>
    </message>
    <message>
        <source>Another face is meant.</source>
        <translation>Ein anderes Gesicht ist gemeint.</translation>
    </message>
    <message>
        <source>The photo was erased.</source>
        <translation>Das Foto wurde gelöscht.</translation>
    </message>
    <message>
        <source>Looking at photo {number} of {count}…</source>
        <translation>Foto {number} von {count} wird angesehen…</translation>
    </message>
    <message>
        <source>{count} files cannot be used.</source>
        <translation>{count} Dateien lassen sich nicht verwenden.</translation>
    </message>
    <message>
        <source>The photo was added.</source>
        <translation>Das Foto wurde hinzugefügt.</translation>
    </message>
    <message>
        <source>{count} photos were added.</source>
        <translation>{count} Fotos wurden hinzugefügt.</translation>
    </message>
</context>
<context>
    <name>PhotoCard</name>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Erase this photo from the library (Delete)</source>
        <translation>Dieses Foto aus der Bibliothek löschen (Entf)</translation>
    </message>
    <message>
        <source>Nothing is known of this photo yet.</source>
        <translation>Über dieses Foto ist noch nichts bekannt.</translation>
    </message>
    <message>
        <source>Photo {number}: {verdict}</source>
        <translation>Foto {number}: {verdict}</translation>
    </message>
    <message>
        <source>Cover</source>
        <translation>Titelbild</translation>
    </message>
    <message>
        <source>Remove photo {number}</source>
        <translation>Foto {number} entfernen</translation>
    </message>
</context>
<context>
    <name>PhotoMenu</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>It is the cover</source>
        <translation>Ist das Titelbild</translation>
    </message>
    <message>
        <source>Make it the cover</source>
        <translation>Als Titelbild</translation>
    </message>
    <message>
        <source>Used where the verdict is good</source>
        <translation>Verwendet, wenn das Urteil gut ist</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Do not use</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>PhotoPane</name>
    <message>
        <source>The photo</source>
        <translation>Das Foto</translation>
    </message>
</context>
<context>
    <name>PhotoPanel</name>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Used where the verdict is good</source>
        <translation>Verwendet, wenn das Urteil gut ist</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use this photo whatever the verdict says</source>
        <translation>Dieses Foto verwenden, was auch das Urteil sagt</translation>
    </message>
    <message>
        <source>Do not use</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Keep this photo, and do not use it</source>
        <translation>Dieses Foto behalten und nicht verwenden</translation>
    </message>
    <message>
        <source>Whether this photo is used</source>
        <translation>Ob dieses Foto verwendet wird</translation>
    </message>
    <message>
        <source>Make it the cover</source>
        <translation>Als Titelbild</translation>
    </message>
    <message>
        <source>Let this photo stand for the person</source>
        <translation>Dieses Foto steht für die Person</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Erase this photo from the library (Delete)</source>
        <translation>Dieses Foto aus der Bibliothek löschen (Entf)</translation>
    </message>
    <message>
        <source>Close the details of this photo</source>
        <translation>Die Einzelheiten dieses Fotos schließen</translation>
    </message>
    <message>
        <source>Details of the photo</source>
        <translation>Einzelheiten des Fotos</translation>
    </message>
    <message>
        <source>Nothing is known of this photo yet.</source>
        <translation>Über dieses Foto ist noch nichts bekannt.</translation>
    </message>
    <message>
        <source>{count} faces are in this photo. Click the one that is meant.</source>
        <translation>{count} Gesichter sind auf diesem Foto. Das gemeinte anklicken.</translation>
    </message>
    <message>
        <source>It is the cover</source>
        <translation>Ist das Titelbild</translation>
    </message>
</context>
<context>
    <name>PhotoSide</name>
    <message>
        <source>The photo</source>
        <translation>Das Foto</translation>
    </message>
    <message>
        <source>How near each of the people in the picture came</source>
        <translation>Wie nahe jede Person im Bild gekommen ist</translation>
    </message>
</context>
<context>
    <name>PictureActs</name>
    <message>
        <source>Use these settings</source>
        <translation>Diese Einstellungen verwenden</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
    <message>
        <source>Repeat</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Save a copy as…</source>
        <translation>Kopie speichern unter…</translation>
    </message>
    <message>
        <source>Nothing is known of how this picture was made.</source>
        <translation>Wie dieses Bild entstand, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>It is in the queue, with another seed.</source>
        <translation>Es ist in der Warteschlange, mit anderem Startwert.</translation>
    </message>
    <message>
        <source>The pictures are on the clipboard, as files.</source>
        <translation>Die Bilder sind in der Zwischenablage, als Dateien.</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation>Das Bild ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>The folder that it was moved to</source>
        <translation>Der Ordner, in den es verschoben wurde</translation>
    </message>
</context>
<context>
    <name>PictureArea</name>
    <message>
        <source>In work</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>Startwert {seed}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Making the picture</source>
        <translation>Das Bild wird gemacht</translation>
    </message>
    <message>
        <source>Making picture {number} of {count}</source>
        <translation>Bild {number} von {count} wird gemacht</translation>
    </message>
</context>
<context>
    <name>PictureBar</name>
    <message>
        <source>Fit, or each pixel its own (double click)</source>
        <translation>Einpassen oder Originalgröße (Doppelklick)</translation>
    </message>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation>Das Bild ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>The same with another seed</source>
        <translation>Dasselbe mit anderem Startwert</translation>
    </message>
    <message>
        <source>Reject this picture (X)</source>
        <translation>Dieses Bild ablehnen (X)</translation>
    </message>
    <message>
        <source>Into the trash (Delete)</source>
        <translation>In den Papierkorb (Entf)</translation>
    </message>
    <message>
        <source>What else can be done with this picture</source>
        <translation>Was sich mit diesem Bild noch tun lässt</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Variieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Save a copy where you want it</source>
        <translation>Eine Kopie speichern, wo du sie haben willst</translation>
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
        <source>Save a copy as…</source>
        <translation>Kopie speichern unter…</translation>
    </message>
    <message>
        <source>Fit, or each pixel its own</source>
        <translation>Einpassen, oder jeder Bildpunkt einzeln</translation>
    </message>
    <message>
        <source>Into the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>PictureGrid</name>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
</context>
<context>
    <name>PictureTable</name>
    <message>
        <source>Pictures of the comparison</source>
        <translation>Bilder des Vergleichs</translation>
    </message>
    <message>
        <source>Arrows walk, Enter shows a picture large</source>
        <translation>Pfeiltasten gehen weiter, die Eingabetaste zeigt ein Bild groß</translation>
    </message>
</context>
<context>
    <name>PictureView</name>
    <message>
        <source>{name} cannot be read.</source>
        <translation>{name} kann nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>PicturesForOthers</name>
    <message>
        <source>Pictures for others</source>
        <translation>Bilder für andere</translation>
    </message>
    <message>
        <source>What an exported picture says about itself. It counts from the next export on.</source>
        <translation>Was ein exportiertes Bild über sich sagt. Es gilt vom nächsten Export an.</translation>
    </message>
    <message>
        <source>Writes the IPTC digital source type into the file</source>
        <translation>Schreibt den IPTC Digital Source Type in die Datei</translation>
    </message>
    <message>
        <source>Written into each file</source>
        <translation>In jede Datei geschrieben</translation>
    </message>
    <message>
        <source>Look at each picture</source>
        <translation>Jedes Bild ansehen</translation>
    </message>
    <message>
        <source>Looks at each finished picture with a classifier on this computer</source>
        <translation>Sieht jedes fertige Bild mit einem Klassifikator auf diesem Computer an</translation>
    </message>
    <message>
        <source>Creator</source>
        <translation>Urheber</translation>
    </message>
    <message>
        <source>The name of a person or studio (dc:creator)</source>
        <translation>Name einer Person oder eines Studios (dc:creator)</translation>
    </message>
    <message>
        <source>Copyright</source>
        <translation>Copyright</translation>
    </message>
    <message>
        <source>For example: © 2031 Studio North (dc:rights)</source>
        <translation>Zum Beispiel: © 2031 Studio Nord (dc:rights)</translation>
    </message>
    <message>
        <source>Written into pictures exported for a client, and nowhere else.</source>
        <translation>Steht in Bildern, die für Kunden exportiert werden, und sonst nirgends.</translation>
    </message>
    <message>
        <source>Made by a model</source>
        <translation>Von einem Modell gemacht</translation>
    </message>
    <message>
        <source>Exported pictures say in their metadata that a trained model made them, as the IPTC standard asks. Pictures in the gallery always say so.</source>
        <translation>Exportierte Bilder sagen in ihren Metadaten, dass ein trainiertes Modell sie gemacht hat, wie es der IPTC-Standard vorsieht. Bilder in der Galerie sagen es immer.</translation>
    </message>
    <message>
        <source>Content filter</source>
        <translation>Inhaltsfilter</translation>
    </message>
    <message>
        <source>Pictures that are not safe for work are not saved, and the job says so. Works where its model is installed.</source>
        <translation>Anstößige Bilder werden nicht gespeichert, und der Auftrag sagt es. Wirkt, wo sein Modell installiert ist.</translation>
    </message>
    <message>
        <source>Content credentials</source>
        <translation>Content Credentials</translation>
    </message>
    <message>
        <source>Pictures can be signed with your own certificate where the package c2pa-python is installed: pip install c2pa-python.</source>
        <translation>Bilder lassen sich mit einem eigenen Zertifikat signieren, wo das Paket c2pa-python installiert ist: pip install c2pa-python.</translation>
    </message>
    <message>
        <source>Too long: {most} characters at most.</source>
        <translation>Zu lang: höchstens {most} Zeichen.</translation>
    </message>
</context>
<context>
    <name>PicturesSeen</name>
    <message>
        <source>This picture and the photo</source>
        <translation>Dieses Bild und das Foto</translation>
    </message>
    <message>
        <source>The chosen pictures</source>
        <translation>Die gewählten Bilder</translation>
    </message>
    <message>
        <source>This picture</source>
        <translation>Dieses Bild</translation>
    </message>
    <message>
        <source>The photo</source>
        <translation>Das Foto</translation>
    </message>
    <message>
        <source>People are locked</source>
        <translation>Personen gesperrt</translation>
    </message>
    <message>
        <source>No photo at hand</source>
        <translation>Kein Foto zur Hand</translation>
    </message>
</context>
<context>
    <name>PlaceEditor</name>
    <message>
        <source>Where everybody is in the picture</source>
        <translation>Wo jeder im Bild ist</translation>
    </message>
    <message>
        <source>Drag a place, or a rectangle&apos;s edges. Keys: 1 to 4 choose, arrows move, with Shift they draw it larger, Delete makes a rectangle of what was drawn.</source>
        <translation>Einen Platz oder die Kanten eines Rechtecks ziehen. Tasten: 1 bis 4 wählen, Pfeile bewegen, mit Umschalt vergrößern sie, Entf macht aus Gezeichnetem ein Rechteck.</translation>
    </message>
    <message>
        <source>Draw where the person is. Keys: 1 to 4 choose, arrows move the brush, the space bar draws, with Shift the arrows draw, + and - change its size.</source>
        <translation>Zeichnen, wo die Person ist. Tasten: 1 bis 4 wählen, Pfeile bewegen den Pinsel, die Leertaste zeichnet, mit Umschalt zeichnen die Pfeile, + und - ändern seine Größe.</translation>
    </message>
    <message>
        <source>Take something away. Keys: 1 to 4 choose, arrows move the eraser, the space bar erases, with Shift the arrows erase, + and - change its size.</source>
        <translation>Etwas wegnehmen. Tasten: 1 bis 4 wählen, Pfeile bewegen den Radierer, die Leertaste radiert, mit Umschalt radieren die Pfeile, + und - ändern seine Größe.</translation>
    </message>
    <message>
        <source>{name}: drawn, {share} percent of the picture</source>
        <translation>{name}: gezeichnet, {share} Prozent des Bildes</translation>
    </message>
    <message>
        <source>{name}: from {left}, {top} to {right}, {bottom} percent</source>
        <translation>{name}: von {left}, {top} bis {right}, {bottom} Prozent</translation>
    </message>
</context>
<context>
    <name>PlacesPanel</name>
    <message>
        <source>Places</source>
        <translation>Orte</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>New album</source>
        <translation>Neues Album</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Ordner importieren…</translation>
    </message>
    <message>
        <source>Take in pictures that are there already</source>
        <translation>Bilder aufnehmen, die es schon gibt</translation>
    </message>
    <message>
        <source>All pictures</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>All but the cells of comparisons</source>
        <translation>Alle außer den Feldern von Vergleichen</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Made since midnight</source>
        <translation>Seit Mitternacht gemacht</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>Beste</translation>
    </message>
    <message>
        <source>Four stars and more</source>
        <translation>Vier Sterne und mehr</translation>
    </message>
    <message>
        <source>Comparisons</source>
        <translation>Vergleiche</translation>
    </message>
    <message>
        <source>The cells of comparisons</source>
        <translation>Die Felder von Vergleichen</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>What was rejected, wherever it lies</source>
        <translation>Was abgelehnt wurde, wo es auch liegt</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>Doppelte</translation>
    </message>
    <message>
        <source>Pictures with the same pixels</source>
        <translation>Bilder mit denselben Bildpunkten</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
    <message>
        <source>Thrown away; it can be put back for 30 days</source>
        <translation>Weggeworfen; 30 Tage lang kann es zurück</translation>
    </message>
    <message>
        <source>Albums</source>
        <translation>Alben</translation>
    </message>
    <message>
        <source>Pictures can be dropped here</source>
        <translation>Bilder können hierher gezogen werden</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Delete the album, keep its pictures</source>
        <translation>Album löschen, Bilder behalten</translation>
    </message>
</context>
<context>
    <name>PlacesView</name>
    <message>
        <source>Move</source>
        <translation>Bewegen</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Move the places, and draw rectangles larger by their edges</source>
        <translation>Die Plätze bewegen und Rechtecke an ihren Kanten vergrößern</translation>
    </message>
    <message>
        <source>Draw a region of any form</source>
        <translation>Einen Bereich beliebiger Form zeichnen</translation>
    </message>
    <message>
        <source>Take something away from a region</source>
        <translation>Von einem Bereich etwas wegnehmen</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Größe des Pinsels</translation>
    </message>
    <message>
        <source>Size of the brush; on the picture + and − change it</source>
        <translation>Größe des Pinsels; auf dem Bild ändern + und − sie</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Take back the last change of a place</source>
        <translation>Die letzte Änderung eines Platzes zurücknehmen</translation>
    </message>
    <message>
        <source>Show the picture again</source>
        <translation>Das Bild wieder zeigen</translation>
    </message>
</context>
<context>
    <name>PreferencesPage</name>
    <message>
        <source>Sections</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>Choose a section</source>
        <translation>Einen Bereich wählen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>PresetFiles</name>
    <message>
        <source>Export the preset</source>
        <translation>Vorgabe exportieren</translation>
    </message>
    <message>
        <source>Presets ({suffixes})</source>
        <translation>Vorgaben ({suffixes})</translation>
    </message>
    <message>
        <source>Choose presets, or pictures whose preset to take over</source>
        <translation>Vorgaben wählen, oder Bilder, deren Vorgabe übernommen wird</translation>
    </message>
    <message>
        <source>Presets and pictures ({suffixes})</source>
        <translation>Vorgaben und Bilder ({suffixes})</translation>
    </message>
</context>
<context>
    <name>PresetList</name>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Choose a preset to see it</source>
        <translation>Eine Vorgabe wählen, um sie zu sehen</translation>
    </message>
    <message>
        <source>Built in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Make a copy of one, or drop a file here.</source>
        <translation>Eine kopieren oder eine Datei hier ablegen.</translation>
    </message>
    <message>
        <source>Changed, not saved</source>
        <translation>Geändert, nicht gesichert</translation>
    </message>
    <message>
        <source>default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>on Create</source>
        <translation>in „Erstellen“</translation>
    </message>
</context>
<context>
    <name>PresetsPage</name>
    <message>
        <source>Rescale</source>
        <translation>Reskalierung</translation>
    </message>
    <message>
        <source>Your LoRAs</source>
        <translation>Eigene LoRAs</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>List or preset</source>
        <translation>Liste oder Vorgabe</translation>
    </message>
    <message>
        <source>A built-in preset stays as it is.</source>
        <translation>Eine eingebaute Vorgabe bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Nothing was taken back.</source>
        <translation>Nichts wurde zurückgenommen.</translation>
    </message>
    <message>
        <source>{passes} passes a picture</source>
        <translation>{passes} Läufe je Bild</translation>
    </message>
    <message>
        <source>{passes}, about {time}</source>
        <translation>{passes}, etwa {time}</translation>
    </message>
    <message>
        <source>{title}, copy</source>
        <translation>{title}, Kopie</translation>
    </message>
    <message>
        <source>Create makes the next pictures with {title}.</source>
        <translation>„Erstellen“ macht die nächsten Bilder mit {title}.</translation>
    </message>
    <message>
        <source>New pictures begin with {title}.</source>
        <translation>Neue Bilder beginnen mit {title}.</translation>
    </message>
    <message>
        <source>{title} is among your presets.</source>
        <translation>{title} ist unter den eigenen Vorgaben.</translation>
    </message>
    <message>
        <source>{count} presets are among yours now.</source>
        <translation>{count} Vorgaben sind jetzt bei den eigenen.</translation>
    </message>
    <message>
        <source>It is called {title} now.</source>
        <translation>Sie heißt jetzt {title}.</translation>
    </message>
    <message>
        <source>{title} was deleted.</source>
        <translation>{title} wurde gelöscht.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gesichert.</translation>
    </message>
    <message>
        <source>Written to {file}.</source>
        <translation>In {file} geschrieben.</translation>
    </message>
    <message>
        <source>Let go to take over these presets</source>
        <translation>Loslassen, um diese Vorgaben zu übernehmen</translation>
    </message>
</context>
<context>
    <name>PrintFields</name>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source> dpi</source>
        <translation> dpi</translation>
    </message>
    <message>
        <source>Pixels an inch</source>
        <translation>Pixel je Zoll</translation>
    </message>
    <message>
        <source>What the file tells printers and layout programs; no pixel changes</source>
        <translation>Was die Datei Druckern und Layoutprogrammen sagt; kein Pixel ändert sich</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Whose numbers the file holds; their profile comes with it</source>
        <translation>Wessen Zahlen die Datei enthält; ihr Profil liegt bei</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Blatt</translation>
    </message>
    <message>
        <source>Limits the longer side to what the sheet needs at these pixels an inch</source>
        <translation>Begrenzt die längere Seite auf das, was das Blatt bei diesen Pixeln je Zoll braucht</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Beliebig</translation>
    </message>
    <message>
        <source>The archive keeps pictures as they are made, in sRGB</source>
        <translation>Das Archiv behält Bilder, wie sie entstanden, in sRGB</translation>
    </message>
    <message>
        <source>{side} px are {size} cm at {density} dpi. Nothing is enlarged.</source>
        <translation>{side} px sind {size} cm bei {density} dpi. Nichts wird vergrößert.</translation>
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
        <source>Next</source>
        <translation>Als Nächstes</translation>
    </message>
    <message>
        <source>Show or hide what is done</source>
        <translation>Erledigtes zeigen oder verbergen</translation>
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
        <source>The unfinished pictures were dropped.</source>
        <translation>Die unfertigen Bilder wurden verworfen.</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>Mit den Aufträgen fortfahren</translation>
    </message>
    <message>
        <source>1 job done</source>
        <translation>1 Auftrag erledigt</translation>
    </message>
    <message>
        <source>{count} jobs done</source>
        <translation>{count} Aufträge erledigt</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>There is news</source>
        <translation>Es gibt Neues</translation>
    </message>
</context>
<context>
    <name>Recall</name>
    <message>
        <source>The settings of this picture are back.</source>
        <translation>Die Einstellungen dieses Bildes sind wieder da.</translation>
    </message>
    <message>
        <source>It was made from another photo.</source>
        <translation>Es entstand aus einem anderen Foto.</translation>
    </message>
    <message>
        <source>It was made from the photos of {name}.</source>
        <translation>Es entstand aus den Fotos von {name}.</translation>
    </message>
    <message>
        <source>It was made from fewer photos of {name} than are used now.</source>
        <translation>Es entstand aus weniger Fotos von {name}, als jetzt verwendet werden.</translation>
    </message>
    <message>
        <source>It shows several people, and not all of them are in the library.</source>
        <translation>Es zeigt mehrere Personen, und nicht alle sind in der Bibliothek.</translation>
    </message>
</context>
<context>
    <name>RequestLog</name>
    <message>
        <source>Everything that FastFace asked of the network</source>
        <translation>Alles, was FastFace vom Netz verlangt hat</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the chosen lines, or all of them (Ctrl+C)</source>
        <translation>Die gewählten Zeilen kopieren, oder alle (Strg+C)</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Empty this list</source>
        <translation>Diese Liste leeren</translation>
    </message>
    <message>
        <source>Requests: {count}. What may be secret is left out.</source>
        <translation>Anfragen: {count}. Was geheim sein kann, ist ausgelassen.</translation>
    </message>
    <message>
        <source>FastFace has asked nothing of the network.</source>
        <translation>FastFace hat nichts vom Netz verlangt.</translation>
    </message>
    <message>
        <source>Lines copied: {count}.</source>
        <translation>Zeilen kopiert: {count}.</translation>
    </message>
    <message>
        <source>The list of requests was cleared.</source>
        <translation>Die Liste der Anfragen wurde geleert.</translation>
    </message>
</context>
<context>
    <name>RequestModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>To</source>
        <translation>An</translation>
    </message>
    <message>
        <source>For what</source>
        <translation>Wofür</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>ResponseCard</name>
    <message>
        <source>down</source>
        <translation>abwärts</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>up</source>
        <translation>aufwärts</translation>
    </message>
    <message>
        <source>Which curve is drawn</source>
        <translation>Welche Kurve gezeichnet wird</translation>
    </message>
    <message>
        <source>Blocks of the response curve</source>
        <translation>Blöcke der Antwortkurve</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>unverändert</translation>
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
        <source>Custom chain</source>
        <translation>Eigene Kette</translation>
    </message>
    <message>
        <source>{blocks}: as it is</source>
        <translation>{blocks}: unverändert</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Aufmerksamkeit</translation>
    </message>
    <message>
        <source>first token</source>
        <translation>erstes Token</translation>
    </message>
    <message>
        <source>other tokens</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>Token of the response curve</source>
        <translation>Token der Antwortkurve</translation>
    </message>
    <message>
        <source>Attention in and out</source>
        <translation>Wirkungskurve</translation>
    </message>
</context>
<context>
    <name>ResponseNumbers</name>
    <message>
        <source>down</source>
        <translation>abwärts</translation>
    </message>
    <message>
        <source>mid</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>up</source>
        <translation>aufwärts</translation>
    </message>
    <message>
        <source>{count} values, all of them below</source>
        <translation>{count} Werte, alle weiter unten</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>Exponent</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>Faktor</translation>
    </message>
    <message>
        <source>Exponent: above 1 keeps what is strong, below 1 lifts what is weak</source>
        <translation>Exponent: Über 1 bleibt, was stark ist; unter 1 hebt er, was schwach ist</translation>
    </message>
    <message>
        <source>How much stronger the face acts</source>
        <translation>Wie viel stärker das Gesicht wirkt</translation>
    </message>
    <message>
        <source>How hard the line is</source>
        <translation>Wie hart die Grenze ist</translation>
    </message>
    <message>
        <source>Which share of the picture counts as surroundings</source>
        <translation>Welcher Anteil des Bildes als Umgebung zählt</translation>
    </message>
    <message>
        <source>Power p</source>
        <translation>Potenz p</translation>
    </message>
    <message>
        <source>Scale c</source>
        <translation>Faktor c</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>Schärfe</translation>
    </message>
    <message>
        <source>Slope s of the sigmoid</source>
        <translation>Steigung s der Sigmoide</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Quantile q</source>
        <translation>Quantil q</translation>
    </message>
</context>
<context>
    <name>ResponsePlot</name>
    <message>
        <source>Attention before and after the transforms</source>
        <translation>Aufmerksamkeit vor und nach den Umformungen</translation>
    </message>
    <message>
        <source>For a map whose entries are spread evenly from 0 to 1, before the AdaIN correction</source>
        <translation>Für eine Karte, deren Einträge gleichmäßig von 0 bis 1 verteilt sind, vor der AdaIN-Korrektur</translation>
    </message>
</context>
<context>
    <name>RowList</name>
    <message>
        <source>Rows of the batch</source>
        <translation>Zeilen des Stapels</translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>Progress of the comparison</source>
        <translation>Fortschritt des Vergleichs</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Make what is left; nothing is made twice</source>
        <translation>Machen, was noch fehlt; nichts entsteht doppelt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Make no other picture after this one</source>
        <translation>Nach diesem Bild kein weiteres machen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop after this step; what is made stays</source>
        <translation>Nach diesem Schritt abbrechen; was fertig ist, bleibt</translation>
    </message>
    <message>
        <source>Save as picture: the whole grid with its labels</source>
        <translation>Als Bild sichern: das ganze Raster mit Beschriftung</translation>
    </message>
    <message>
        <source>Save as CSV: a line for each picture</source>
        <translation>Als CSV sichern: eine Zeile je Bild</translation>
    </message>
    <message>
        <source>Drop this comparison from the list; its pictures stay in the gallery</source>
        <translation>Diesen Vergleich aus der Liste nehmen; seine Bilder bleiben in der Galerie</translation>
    </message>
    <message>
        <source>Seed {seeds}</source>
        <translation>Startwert {seeds}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird abgebrochen…</translation>
    </message>
    <message>
        <source>Pausing after this picture…</source>
        <translation>Hält nach diesem Bild an…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>{made} of {all} pictures are there.</source>
        <translation>{made} von {all} Bildern sind da.</translation>
    </message>
    <message>
        <source>Held back by the content filter: {count}.</source>
        <translation>Vom Inhaltsfilter zurückgehalten: {count}.</translation>
    </message>
    <message>
        <source>All {all} pictures are there.</source>
        <translation>Alle {all} Bilder sind da.</translation>
    </message>
    <message>
        <source>Picture {number} of {all}</source>
        <translation>Bild {number} von {all}</translation>
    </message>
    <message>
        <source>, step {step} of {steps}</source>
        <translation>, Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation>, noch {time}</translation>
    </message>
</context>
<context>
    <name>RunView</name>
    <message>
        <source>How far the batch is</source>
        <translation>Wie weit der Stapel ist</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Show all rows</source>
        <translation>Alle Zeilen zeigen</translation>
    </message>
    <message>
        <source>Not made</source>
        <translation>Nicht gemacht</translation>
    </message>
    <message>
        <source>Show the rows without a picture, and why</source>
        <translation>Die Zeilen ohne Bild zeigen, und warum</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 Zeile</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} Zeilen</translation>
    </message>
    <message>
        <source>1 picture made</source>
        <translation>1 Bild erstellt</translation>
    </message>
    <message>
        <source>{count} pictures made</source>
        <translation>{count} Bilder erstellt</translation>
    </message>
    <message>
        <source>1 row is not made</source>
        <translation>1 Zeile ist nicht gemacht</translation>
    </message>
    <message>
        <source>{count} rows are not made</source>
        <translation>{count} Zeilen sind nicht gemacht</translation>
    </message>
    <message>
        <source>Pauses after this picture</source>
        <translation>Hält nach diesem Bild an</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Wird angehalten</translation>
    </message>
    <message>
        <source>Looking at the rows…</source>
        <translation>Die Zeilen werden angesehen…</translation>
    </message>
    <message>
        <source>It may need {needed}, and {free} are free. Free some space first.</source>
        <translation>Es braucht vielleicht {needed}, und {free} sind frei. Schaffen Sie erst Platz.</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
</context>
<context>
    <name>SamplingCard</name>
    <message>
        <source>Adapter strength</source>
        <translation>Adapterstärke</translation>
    </message>
    <message>
        <source>How strongly the face acts on the picture</source>
        <translation>Wie stark das Gesicht auf das Bild wirkt</translation>
    </message>
    <message>
        <source>Scale λ of the identity attention</source>
        <translation>Faktor λ der Identitäts-Attention</translation>
    </message>
    <message>
        <source>LoRA strength</source>
        <translation>LoRA-Stärke</translation>
    </message>
    <message>
        <source>How strongly the model adapts itself to faces</source>
        <translation>Wie stark sich das Modell an Gesichter anpasst</translation>
    </message>
    <message>
        <source>Scale of the face adapter&apos;s LoRA</source>
        <translation>Faktor der LoRA des Gesichtsadapters</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>The model that the preset is meant for; without one, the one that Create uses</source>
        <translation>Das Modell, für das die Vorgabe gedacht ist; ohne eines das, was „Erstellen“ nutzt</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>How many steps the values are written for; other counts are sampled from them</source>
        <translation>Für wie viele Schritte die Werte geschrieben sind; andere Anzahlen werden daraus abgetastet</translation>
    </message>
    <message>
        <source>Sampling steps</source>
        <translation>Sampling-Schritte</translation>
    </message>
    <message>
        <source>Scheduler</source>
        <translation>Scheduler</translation>
    </message>
    <message>
        <source>How noise is taken away (scheduler)</source>
        <translation>Wie das Rauschen entfernt wird (Scheduler)</translation>
    </message>
    <message>
        <source>as the checkpoint</source>
        <translation>wie der Checkpoint</translation>
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
        <source>A size that belongs to the preset; empty leaves it to Create</source>
        <translation>Eine Größe, die zur Vorgabe gehört; leer überlässt sie „Erstellen“</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>Strength and sampling</source>
        <translation>Stärke und Sampling</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>as on Create</source>
        <translation>wie in „Erstellen“</translation>
    </message>
    <message>
        <source>{name} (not installed)</source>
        <translation>{name} (nicht installiert)</translation>
    </message>
</context>
<context>
    <name>SavedExports</name>
    <message>
        <source>Saved exports</source>
        <translation>Gespeicherte Exporte</translation>
    </message>
    <message>
        <source>Choose a way of exporting that was kept, or keep this one</source>
        <translation>Eine gespeicherte Exportart wählen, oder diese speichern</translation>
    </message>
    <message>
        <source>Name, for example: Prints A4</source>
        <translation>Name, zum Beispiel: Abzüge A4</translation>
    </message>
    <message>
        <source>Name of this way of exporting</source>
        <translation>Name dieser Exportart</translation>
    </message>
    <message>
        <source>Under this name everything that is chosen here is kept</source>
        <translation>Unter diesem Namen wird alles gespeichert, was hier gewählt ist</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep everything that is chosen here under this name</source>
        <translation>Alles, was hier gewählt ist, unter diesem Namen speichern</translation>
    </message>
    <message>
        <source>Close without keeping</source>
        <translation>Schließen, ohne zu behalten</translation>
    </message>
    <message>
        <source>Type a name of 1 to 60 letters; at most 50 are kept.</source>
        <translation>Einen Namen mit 1 bis 60 Zeichen eingeben; höchstens 50 werden gespeichert.</translation>
    </message>
    <message>
        <source>Keep what is chosen…</source>
        <translation>Speichern, was gewählt ist…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>SearchAgreement</name>
    <message>
        <source>Do you have the permission of everybody in these photos?</source>
        <translation>Haben Sie die Einwilligung aller auf diesen Fotos?</translation>
    </message>
    <message>
        <source>Pictures are made of all of them, to be measured. They stay with the search.</source>
        <translation>Von allen werden Bilder gemacht, um sie zu messen. Sie bleiben bei der Suche.</translation>
    </message>
    <message>
        <source>Yes, of everybody</source>
        <translation>Ja, von allen</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Die Suche leeren</translation>
    </message>
</context>
<context>
    <name>SearchForm</name>
    <message>
        <source>What varies</source>
        <translation>Was sich ändert</translation>
    </message>
    <message>
        <source>And with it</source>
        <translation>Und dazu</translation>
    </message>
    <message>
        <source>Drawn people</source>
        <translation>Gezeichnete Personen</translation>
    </message>
    <message>
        <source>The starter&apos;s own, of whom nobody has to be asked</source>
        <translation>Die des Startmodells, von denen niemand gefragt werden muss</translation>
    </message>
    <message>
        <source>A folder of photos</source>
        <translation>Ein Ordner mit Fotos</translation>
    </message>
    <message>
        <source>A photo or a folder for each person</source>
        <translation>Ein Foto oder ein Ordner für jede Person</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose the folder with the photos</source>
        <translation>Den Ordner mit den Fotos wählen</translation>
    </message>
    <message>
        <source>Search on</source>
        <translation>Suchen an</translation>
    </message>
    <message>
        <source>People that settings are tried on</source>
        <translation>Personen, an denen Einstellungen versucht werden</translation>
    </message>
    <message>
        <source>Verify on</source>
        <translation>Prüfen an</translation>
    </message>
    <message>
        <source>Others, on whom the best settings are verified</source>
        <translation>Andere, an denen die besten Einstellungen geprüft werden</translation>
    </message>
    <message>
        <source>Settings at most</source>
        <translation>Einstellungen höchstens</translation>
    </message>
    <message>
        <source>Combinations that are tried, by lot</source>
        <translation>Kombinationen, die versucht werden, nach dem Los</translation>
    </message>
    <message>
        <source>Every combination makes pictures of the same people. Those that none beats in both are verified on people that the search did not see.</source>
        <translation>Jede Kombination macht Bilder derselben Personen. Die, die keine andere in beidem schlägt, werden an Personen geprüft, die die Suche nicht gesehen hat.</translation>
    </message>
    <message>
        <source>people</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>others</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>combinations</source>
        <translation>Kombinationen</translation>
    </message>
    <message>
        <source>All else as on Create</source>
        <translation>Alles andere wie unter Erstellen</translation>
    </message>
    <message>
        <source>Photos of people</source>
        <translation>Fotos von Personen</translation>
    </message>
    <message>
        <source>{tried} settings on {people} people: {count} pictures for each prompt, and then the others.</source>
        <translation>{tried} Einstellungen an {people} Personen: {count} Bilder für jeden Prompt, und dann die anderen.</translation>
    </message>
</context>
<context>
    <name>SearchResult</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Open all numbers, tables and pictures in the browser</source>
        <translation>Alle Zahlen, Tabellen und Bilder im Browser öffnen</translation>
    </message>
    <message>
        <source>Verified on {count} people that the search did not see; in brackets 95 % intervals.</source>
        <translation>Geprüft an {count} Personen, die die Suche nicht gesehen hat; in Klammern 95-%-Intervalle.</translation>
    </message>
    <message>
        <source>Save as preset</source>
        <translation>Als Vorgabe sichern</translation>
    </message>
    <message>
        <source>Put the settings of point {number} among your presets</source>
        <translation>Die Einstellungen von Punkt {number} zu den eigenen Vorgaben legen</translation>
    </message>
    <message>
        <source>Found by a search. On {count} other people: {like}, {follow}.</source>
        <translation>Durch eine Suche gefunden. An {count} anderen Personen: {like}, {follow}.</translation>
    </message>
</context>
<context>
    <name>SearchSheet</name>
    <message>
        <source>Best settings</source>
        <translation>Beste Einstellungen</translation>
    </message>
    <message>
        <source>Close the sheet; the search goes on (Esc)</source>
        <translation>Das Blatt schließen; die Suche läuft weiter (Esc)</translation>
    </message>
    <message>
        <source>How far the search is</source>
        <translation>Wie weit die Suche ist</translation>
    </message>
    <message>
        <source>As like as can be, and yet what the prompt says</source>
        <translation>So nah wie möglich, und doch das, was der Prompt sagt</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Frühere</translation>
    </message>
    <message>
        <source>Searches that were begun before</source>
        <translation>Suchen, die schon begonnen wurden</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Erase this search with its pictures; presets that were saved stay</source>
        <translation>Diese Suche mit ihren Bildern löschen; gesicherte Vorgaben bleiben</translation>
    </message>
    <message>
        <source>New search</source>
        <translation>Neue Suche</translation>
    </message>
    <message>
        <source>Set up another search</source>
        <translation>Eine andere Suche einrichten</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Make the pictures of the search</source>
        <translation>Die Bilder der Suche machen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Make no other picture after this one</source>
        <translation>Nach diesem Bild kein weiteres machen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop after this step; what is made stays</source>
        <translation>Nach diesem Schritt abbrechen; was fertig ist, bleibt</translation>
    </message>
    <message>
        <source>Find the best settings</source>
        <translation>Die besten Einstellungen finden</translation>
    </message>
    <message>
        <source>{name}, not finished</source>
        <translation>{name}, nicht fertig</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>The search is paused</source>
        <translation>Die Suche ist angehalten</translation>
    </message>
    <message>
        <source>Pausing after this picture</source>
        <translation>Hält nach diesem Bild an</translation>
    </message>
    <message>
        <source>Stopping after this step</source>
        <translation>Bricht nach diesem Schritt ab</translation>
    </message>
    <message>
        <source>Verifying on others</source>
        <translation>Wird an anderen geprüft</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Sucht</translation>
    </message>
    <message>
        <source>{done} of {total} pictures measured</source>
        <translation>{done} von {total} Bildern gemessen</translation>
    </message>
    <message>
        <source>{done} of {total} pictures made</source>
        <translation>{done} von {total} Bildern gemacht</translation>
    </message>
    <message>
        <source>{name} is among your presets.</source>
        <translation>{name} ist unter den eigenen Vorgaben.</translation>
    </message>
</context>
<context>
    <name>SectionList</name>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Show: {section}</source>
        <translation>Zeigen: {section}</translation>
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
    <name>SelectionBar</name>
    <message>
        <source>Choose nothing (Esc)</source>
        <translation>Nichts auswählen (Esc)</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Zurücklegen</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Reject, or take that back</source>
        <translation>Ablehnen, oder das zurücknehmen</translation>
    </message>
    <message>
        <source>Put them into an album</source>
        <translation>In ein Album legen</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>Schlagwort hinzufügen</translation>
    </message>
    <message>
        <source>Two or four beside each other</source>
        <translation>Zwei oder vier nebeneinander</translation>
    </message>
    <message>
        <source>Write copies for others</source>
        <translation>Kopien für andere schreiben</translation>
    </message>
    <message>
        <source>Into the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Out of the trash, where they were</source>
        <translation>Aus dem Papierkorb, wo sie waren</translation>
    </message>
    <message>
        <source>Nothing brings them back</source>
        <translation>Nichts bringt sie zurück</translation>
    </message>
    <message>
        <source>1 chosen</source>
        <translation>1 ausgewählt</translation>
    </message>
    <message>
        <source>{count} chosen</source>
        <translation>{count} ausgewählt</translation>
    </message>
    <message>
        <source>1 rejected left out</source>
        <translation>1 abgelehntes ausgelassen</translation>
    </message>
    <message>
        <source>{count} rejected left out</source>
        <translation>{count} abgelehnte ausgelassen</translation>
    </message>
</context>
<context>
    <name>Setup</name>
    <message>
        <source>Change on Create</source>
        <translation>In „Erstellen“ ändern</translation>
    </message>
    <message>
        <source>Person, prompt and all that does not vary are those of Create</source>
        <translation>Person, Prompt und alles, was sich nicht ändert, kommen aus „Erstellen“</translation>
    </message>
    <message>
        <source>From left to right</source>
        <translation>Von links nach rechts</translation>
    </message>
    <message>
        <source>From top to bottom</source>
        <translation>Von oben nach unten</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>Startwerte</translation>
    </message>
    <message>
        <source>Each cell has a picture of each seed: 1, or several like 1, 2, 3</source>
        <translation>Jede Zelle hat ein Bild je Startwert: 1, oder mehrere wie 1, 2, 3</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Make the pictures of the comparison</source>
        <translation>Die Bilder des Vergleichs machen</translation>
    </message>
    <message>
        <source>One or two settings vary, all else stays as on Create.</source>
        <translation>Eine oder zwei Einstellungen ändern sich, alles andere bleibt wie in „Erstellen“.</translation>
    </message>
    <message>
        <source>1 model is here</source>
        <translation>1 Modell ist da</translation>
    </message>
    <message>
        <source>There is one model alone: get another one in Models.</source>
        <translation>Es gibt nur ein Modell: ein weiteres gibt es unter Modelle.</translation>
    </message>
    <message>
        <source>{pictures}, about {time}</source>
        <translation>{pictures}, etwa {time}</translation>
    </message>
    <message>
        <source>No prompt yet</source>
        <translation>Noch kein Prompt</translation>
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
    <name>Shortcuts</name>
    <message>
        <source>Shortcuts</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Click into a field and press the new keys.</source>
        <translation>In ein Feld klicken und die neuen Tasten drücken.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the shortcuts</source>
        <translation>Tasten durchsuchen</translation>
    </message>
    <message>
        <source>Shows the actions whose name or keys have this in them</source>
        <translation>Zeigt die Aktionen, in deren Namen oder Tasten das steht</translation>
    </message>
    <message>
        <source>All as usual</source>
        <translation>Alle wie üblich</translation>
    </message>
    <message>
        <source>Give every action its usual keys again</source>
        <translation>Jeder Aktion wieder ihre üblichen Tasten geben</translation>
    </message>
    <message>
        <source>All shortcuts are the usual ones.</source>
        <translation>Alle Tasten sind die üblichen.</translation>
    </message>
</context>
<context>
    <name>Side</name>
    <message>
        <source>Take a preset over from a file: this program&apos;s, the FastFace authors&apos;, or a picture</source>
        <translation>Eine Vorgabe aus einer Datei übernehmen: aus einer dieses Programms, der FastFace-Autoren oder einem Bild</translation>
    </message>
    <message>
        <source>Compare, default, rename, export, delete</source>
        <translation>Vergleichen, Voreinstellung, umbenennen, exportieren, löschen</translation>
    </message>
    <message>
        <source>Compare its settings</source>
        <translation>Ihre Einstellungen vergleichen</translation>
    </message>
    <message>
        <source>Begin new pictures with it</source>
        <translation>Neue Bilder damit beginnen</translation>
    </message>
    <message>
        <source>Make a copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Export as a file</source>
        <translation>Als Datei exportieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
</context>
<context>
    <name>SideEdit</name>
    <message>
        <source>It has to be a multiple of {grain}.</source>
        <translation>Nur Vielfache von {grain} sind erlaubt.</translation>
    </message>
</context>
<context>
    <name>Signing</name>
    <message>
        <source>Adds content credentials (C2PA) that a change would break</source>
        <translation>Fügt Content Credentials (C2PA) hinzu, die eine Änderung brechen würde</translation>
    </message>
    <message>
        <source>Sign each picture</source>
        <translation>Jedes Bild signieren</translation>
    </message>
    <message>
        <source>Content credentials</source>
        <translation>Content Credentials</translation>
    </message>
    <message>
        <source>Exported pictures are signed with your certificate: a change is then found out, and everybody can read the name in it. Copies for the archive and pictures in the gallery are not signed.</source>
        <translation>Exportierte Bilder werden mit einem eigenen Zertifikat signiert: Eine Änderung fällt dann auf, und alle können den Namen darin lesen. Kopien fürs Archiv und Bilder in der Galerie werden nicht signiert.</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>Zertifikat</translation>
    </message>
    <message>
        <source>A PEM file with the certificate and its chain</source>
        <translation>Eine PEM-Datei mit dem Zertifikat und seiner Kette</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>A PEM file with the private key, without a passphrase</source>
        <translation>Eine PEM-Datei mit dem privaten Schlüssel, ohne Passwort</translation>
    </message>
    <message>
        <source>Signs as {name}.</source>
        <translation>Signiert als {name}.</translation>
    </message>
    <message>
        <source>Choose a certificate and its key first.</source>
        <translation>Zuerst ein Zertifikat und seinen Schlüssel wählen.</translation>
    </message>
    <message>
        <source>Choose a certificate</source>
        <translation>Ein Zertifikat wählen</translation>
    </message>
    <message>
        <source>Choose the key</source>
        <translation>Den Schlüssel wählen</translation>
    </message>
    <message>
        <source>PEM files (*.pem *.crt *.cer *.key);;All files (*)</source>
        <translation>PEM-Dateien (*.pem *.crt *.cer *.key);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>SkinSlider</name>
    <message>
        <source>Skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>Skin, from light to dark</source>
        <translation>Haut, von hell bis dunkel</translation>
    </message>
</context>
<context>
    <name>Stars</name>
    <message>
        <source>Stars (keys 0 to 5)</source>
        <translation>Sterne (Tasten 0 bis 5)</translation>
    </message>
    <message>
        <source>Stars: they differ</source>
        <translation>Sterne: unterschiedlich</translation>
    </message>
    <message>
        <source>Stars: {count} of 5</source>
        <translation>Sterne: {count} von 5</translation>
    </message>
</context>
<context>
    <name>StarterCard</name>
    <message>
        <source>Starter</source>
        <translation>Startmodell</translation>
    </message>
    <message>
        <source>Drawn portraits. Works on every computer, without a network.</source>
        <translation>Gezeichnete Porträts. Geht auf jedem Computer, ohne Netz.</translation>
    </message>
</context>
<context>
    <name>Starts</name>
    <message>
        <source>Face against text</source>
        <translation>Gesicht gegen Text</translation>
    </message>
    <message>
        <source>How closely to follow each, with a map of how near it came</source>
        <translation>Wie eng beidem zu folgen ist, mit einer Karte der Nähe</translation>
    </message>
    <message>
        <source>Presets side by side</source>
        <translation>Vorgaben nebeneinander</translation>
    </message>
    <message>
        <source>The same person and seed with the presets that ship with the program</source>
        <translation>Gleiche Person und gleicher Startwert mit den mitgelieferten Vorgaben</translation>
    </message>
    <message>
        <source>Models side by side</source>
        <translation>Modelle nebeneinander</translation>
    </message>
    <message>
        <source>Which one draws this person better here</source>
        <translation>Welches diese Person hier besser trifft</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>See what a setting does</source>
        <translation>Sehen, was eine Einstellung bewirkt</translation>
    </message>
    <message>
        <source>One person, one seed, one thing changed at a time. The best cell becomes a preset.</source>
        <translation>Eine Person, ein Startwert, immer nur eine Änderung. Die beste Zelle wird zur Vorgabe.</translation>
    </message>
    <message>
        <source>The pictures here are samples, drawn by the starter.</source>
        <translation>Die Bilder hier sind Beispiele, vom Startmodell gezeichnet.</translation>
    </message>
    <message>
        <source>Find the best settings…</source>
        <translation>Die besten Einstellungen finden…</translation>
    </message>
    <message>
        <source>Try settings on many people, measure them, and verify the best on others</source>
        <translation>Einstellungen an vielen Personen versuchen, messen und die besten an anderen prüfen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>How far the loading is</source>
        <translation>Wie weit das Laden ist</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Aufträge zeigen</translation>
    </message>
    <message>
        <source>Graphics memory {used} of {total} GB</source>
        <translation>Grafikspeicher {used} von {total} GB</translation>
    </message>
    <message>
        <source>Making pictures · {model}</source>
        <translation>Bilder entstehen · {model}</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Ready · {model}</source>
        <translation>Bereit · {model}</translation>
    </message>
    <message>
        <source>1 job</source>
        <translation>1 Auftrag</translation>
    </message>
    <message>
        <source>{count} jobs</source>
        <translation>{count} Aufträge</translation>
    </message>
    <message>
        <source>Queue empty</source>
        <translation>Keine Aufträge</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>Nicht fertig</translation>
    </message>
    <message>
        <source>{jobs} · paused</source>
        <translation>{jobs} · angehalten</translation>
    </message>
    <message>
        <source>{jobs} · {time} left</source>
        <translation>{jobs} · noch {time}</translation>
    </message>
</context>
<context>
    <name>StepLine</name>
    <message>
        <source>Progress of the picture</source>
        <translation>Fortschritt des Bildes</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
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
        <source>Starting…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
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
    <name>StepsTable</name>
    <message>
        <source>Step {step}: {passes}</source>
        <translation>Schritt {step}: {passes}</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>How closely to follow the face at this step</source>
        <translation>Wie genau dem Gesicht in diesem Schritt zu folgen ist</translation>
    </message>
    <message>
        <source>Identity weight a</source>
        <translation>Identitätsgewicht a</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>How closely to follow the text at this step</source>
        <translation>Wie genau dem Text in diesem Schritt zu folgen ist</translation>
    </message>
    <message>
        <source>Text weight b</source>
        <translation>Textgewicht b</translation>
    </message>
    <message>
        <source>{name}, step {step}</source>
        <translation>{name}, Schritt {step}</translation>
    </message>
    <message>
        <source>How many times the step goes through the model: its time is proportional to that</source>
        <translation>Wie oft der Schritt durch das Modell geht: danach richtet sich seine Zeit</translation>
    </message>
    <message>
        <source>u: neither face nor text</source>
        <translation>u: weder Gesicht noch Text</translation>
    </message>
    <message>
        <source>1 pass</source>
        <translation>1 Lauf</translation>
    </message>
    <message>
        <source>{count} passes</source>
        <translation>{count} Läufe</translation>
    </message>
    <message>
        <source>i: the face without the text</source>
        <translation>i: das Gesicht ohne den Text</translation>
    </message>
    <message>
        <source>t: face and text</source>
        <translation>t: Gesicht und Text</translation>
    </message>
</context>
<context>
    <name>StorageBar</name>
    <message>
        <source>How full the drive is</source>
        <translation>Wie voll das Laufwerk ist</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the models</source>
        <translation>Den Ordner der Modelle öffnen</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
    <message>
        <source>Keep the models in another folder or on another drive</source>
        <translation>Die Modelle in einem anderen Ordner oder auf einem anderen Laufwerk halten</translation>
    </message>
    <message>
        <source>Use this folder</source>
        <translation>Diesen Ordner nehmen</translation>
    </message>
    <message>
        <source>Move what is there, and use this folder from then on</source>
        <translation>Verschieben, was da ist, und von da an diesen Ordner nehmen</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Hier lassen</translation>
    </message>
    <message>
        <source>Change nothing</source>
        <translation>Nichts ändern</translation>
    </message>
    <message>
        <source>Progress of the move</source>
        <translation>Fortschritt des Verschiebens</translation>
    </message>
    <message>
        <source>Models: {used}. Free on this drive: {free} of {drive}.</source>
        <translation>Modelle: {used}. Frei auf diesem Laufwerk: {free} von {drive}.</translation>
    </message>
    <message>
        <source>The drive of this folder is not there.</source>
        <translation>Das Laufwerk dieses Ordners ist nicht da.</translation>
    </message>
    <message>
        <source>The models are in the new folder. Files moved: {count}.</source>
        <translation>Die Modelle liegen im neuen Ordner. Verschobene Dateien: {count}.</translation>
    </message>
    <message>
        <source>In the old folder {count} files could not be deleted.</source>
        <translation>Im alten Ordner ließen sich {count} Dateien nicht löschen.</translation>
    </message>
    <message>
        <source>Where the models are to be</source>
        <translation>Wo die Modelle liegen sollen</translation>
    </message>
    <message>
        <source>The models are moved to {folder}. Nothing has to be copied.</source>
        <translation>Die Modelle werden nach {folder} verschoben. Kopiert werden muss nichts.</translation>
    </message>
    <message>
        <source>{size} are copied to {folder}, where {free} are free, verified there, and then deleted here. Until then everything stays usable.</source>
        <translation>{size} werden nach {folder} kopiert, wo {free} frei sind, dort geprüft und dann hier gelöscht. Bis dahin bleibt alles benutzbar.</translation>
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
    <name>StyleTiles</name>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Make a style of your own, or take one over from a file</source>
        <translation>Einen eigenen Stil anlegen, oder einen aus einer Datei übernehmen</translation>
    </message>
</context>
<context>
    <name>TagField</name>
    <message>
        <source>Add a tag</source>
        <translation>Schlagwort hinzufügen</translation>
    </message>
    <message>
        <source>Enter adds the tag; commas between several (T)</source>
        <translation>Enter fügt das Schlagwort hinzu; mehrere mit Kommas (T)</translation>
    </message>
    <message>
        <source>Take the tag {tag} away</source>
        <translation>Das Schlagwort {tag} wegnehmen</translation>
    </message>
    <message>
        <source>Tag {tag}</source>
        <translation>Schlagwort {tag}</translation>
    </message>
</context>
<context>
    <name>ThisComputer</name>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>A change takes effect when the pictures in work are done; the model is then loaded again.</source>
        <translation>Eine Änderung wirkt, sobald die Bilder in Arbeit fertig sind; das Modell wird dann neu geladen.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>What pictures are computed with (torch device)</source>
        <translation>Womit Bilder berechnet werden (torch device)</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>What stays on the GPU between pictures</source>
        <translation>Was zwischen zwei Bildern auf der GPU bleibt</translation>
    </message>
    <message>
        <source>Decode small</source>
        <translation>Klein dekodieren</translation>
    </message>
    <message>
        <source>The finished picture comes from the decoder of the previews</source>
        <translation>Das fertige Bild kommt vom Decoder der Vorschaubilder</translation>
    </message>
    <message>
        <source>Reuse a branch</source>
        <translation>Einen Zweig wiederverwenden</translation>
    </message>
    <message>
        <source>Evaluates the branch without a face (u) in every other step that needs it</source>
        <translation>Wertet den Zweig ohne Gesicht (u) nur in jedem zweiten Schritt aus, der ihn braucht</translation>
    </message>
    <message>
        <source>Small decoder</source>
        <translation>Kleiner Decoder</translation>
    </message>
    <message>
        <source>A quarter quicker with the starter, and less like the person: for drafts. Counts from the next job on, where the model has such a decoder; the picture&apos;s recipe says so.</source>
        <translation>Mit dem Starter ein Viertel schneller und der Person weniger ähnlich: für Entwürfe. Gilt ab dem nächsten Auftrag, wo das Modell einen solchen Decoder hat; im Rezept des Bildes steht es.</translation>
    </message>
    <message>
        <source>Fewer evaluations</source>
        <translation>Weniger Auswertungen</translation>
    </message>
    <message>
        <source>A fifth quicker with the starter, and nearly the same picture: where a preset guides by three branches, the one without a face is computed half as often. Counts from the next job on; the picture&apos;s recipe says so.</source>
        <translation>Mit dem Starter ein Fünftel schneller und fast dasselbe Bild: Wo eine Vorgabe mit drei Zweigen führt, wird der ohne Gesicht halb so oft berechnet. Gilt ab dem nächsten Auftrag; im Rezept des Bildes steht es.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Goes by what is free on the GPU</source>
        <translation>Richtet sich danach, was auf der GPU frei ist</translation>
    </message>
    <message>
        <source>Encoders in main memory, decoding in strips, one at a time</source>
        <translation>Encoder im Hauptspeicher, Dekodieren in Streifen, eins nach dem anderen</translation>
    </message>
    <message>
        <source>Goes by what is free on the GPU before each load: as much as fits stays there, the rest waits in main memory until it is needed.</source>
        <translation>Richtet sich vor jedem Laden danach, was auf der GPU frei ist: Was hineinpasst, bleibt dort, der Rest wartet im Hauptspeicher, bis er gebraucht wird.</translation>
    </message>
    <message>
        <source>The encoders wait in main memory, pictures are decoded in strips and made one at a time. Slower, for small GPUs or beside other programs.</source>
        <translation>Die Encoder warten im Hauptspeicher, Bilder werden in Streifen dekodiert und eins nach dem anderen gemacht. Langsamer, für kleine GPUs oder neben anderen Programmen.</translation>
    </message>
    <message>
        <source>Everything stays on the GPU. Full-size models need 11 GB of it free.</source>
        <translation>Alles bleibt auf der GPU. Modelle in voller Größe brauchen dort 11 GB frei.</translation>
    </message>
    <message>
        <source>Counts on GPUs only.</source>
        <translation>Gilt nur auf GPUs.</translation>
    </message>
    <message>
        <source>Save memory</source>
        <translation>Speicher sparen</translation>
    </message>
    <message>
        <source>As fast as possible</source>
        <translation>So schnell wie möglich</translation>
    </message>
    <message>
        <source>Everything stays on the GPU</source>
        <translation>Alles bleibt auf der GPU</translation>
    </message>
    <message>
        <source>The GPU where there is one that works, else the CPU</source>
        <translation>Die GPU, wo eine funktioniert, sonst die CPU</translation>
    </message>
    <message>
        <source>The first NVIDIA GPU</source>
        <translation>Die erste NVIDIA-GPU</translation>
    </message>
    <message>
        <source>The devices are looked for while the libraries load.</source>
        <translation>Die Geräte werden gesucht, während die Bibliotheken laden.</translation>
    </message>
    <message>
        <source>In use: {device}</source>
        <translation>In Gebrauch: {device}</translation>
    </message>
</context>
<context>
    <name>Ticks</name>
    <message>
        <source>The starter is on board; it draws illustrations, not photographs.</source>
        <translation>Das Startmodell ist dabei; es zeichnet Illustrationen, keine Fotografien.</translation>
    </message>
    <message>
        <source>Drawn portraits: ready now, about {time} a picture</source>
        <translation>Gezeichnete Porträts: sofort, etwa {time} je Bild</translation>
    </message>
    <message>
        <source>Drawn portraits: ready now, in a few seconds</source>
        <translation>Gezeichnete Porträts: sofort, in wenigen Sekunden</translation>
    </message>
    <message>
        <source>{size}, to fetch later if you like.</source>
        <translation>{size}, später ladbar, wenn du möchtest.</translation>
    </message>
    <message>
        <source>Estimated; a graphics card was found.</source>
        <translation>Geschätzt; eine Grafikkarte wurde gefunden.</translation>
    </message>
    <message>
        <source>Photographic portraits: a few seconds a picture</source>
        <translation>Fotografische Porträts: einige Sekunden je Bild</translation>
    </message>
    <message>
        <source>Measuring how fast this computer is…</source>
        <translation>Es wird gemessen, wie schnell dieser Computer ist…</translation>
    </message>
    <message>
        <source>Photographic portraits</source>
        <translation>Fotografische Porträts</translation>
    </message>
    <message>
        <source>Photographic portraits: about {time} a picture</source>
        <translation>Fotografische Porträts: etwa {time} je Bild</translation>
    </message>
    <message>
        <source>Estimated; no graphics card was found.</source>
        <translation>Geschätzt; keine Grafikkarte gefunden.</translation>
    </message>
    <message>
        <source>Estimated.</source>
        <translation>Geschätzt.</translation>
    </message>
    <message>
        <source>Room for pictures and models</source>
        <translation>Platz für Bilder und Modelle</translation>
    </message>
    <message>
        <source>Looking at the drive…</source>
        <translation>Das Laufwerk wird angesehen…</translation>
    </message>
    <message>
        <source>Room for pictures and models: {size} free</source>
        <translation>Platz für Bilder und Modelle: {size} frei</translation>
    </message>
    <message>
        <source>Memory is enough for every model, one at a time.</source>
        <translation>Der Arbeitsspeicher reicht für jedes Modell, eines nach dem anderen.</translation>
    </message>
    <message>
        <source>Memory is scarce for full-size models; the starter needs little.</source>
        <translation>Für große Modelle ist der Arbeitsspeicher knapp; das Startmodell braucht wenig.</translation>
    </message>
</context>
<context>
    <name>TitleEdit</name>
    <message>
        <source>A preset needs a name.</source>
        <translation>Eine Vorgabe braucht einen Namen.</translation>
    </message>
    <message>
        <source>A name has {count} characters at most.</source>
        <translation>Ein Name hat höchstens {count} Zeichen.</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take this back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>TokenEdit</name>
    <message>
        <source>Tokens are whole numbers from 0, with commas between them.</source>
        <translation>Tokens sind ganze Zahlen ab 0, mit Kommas dazwischen.</translation>
    </message>
    <message>
        <source>A token is here twice.</source>
        <translation>Ein Token steht hier zweimal.</translation>
    </message>
</context>
<context>
    <name>TransformBox</name>
    <message>
        <source>Power</source>
        <translation>Potenz</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Faktor</translation>
    </message>
    <message>
        <source>Softmask</source>
        <translation>Softmask</translation>
    </message>
    <message>
        <source>{name}: apply earlier</source>
        <translation>{name}: früher anwenden</translation>
    </message>
    <message>
        <source>{name}: apply later</source>
        <translation>{name}: später anwenden</translation>
    </message>
    <message>
        <source>{name}: take out of the chain</source>
        <translation>{name}: aus der Kette nehmen</translation>
    </message>
    <message>
        <source>Exponent: above 1 keeps what is strong, below 1 lifts what is weak</source>
        <translation>Exponent: Über 1 bleibt, was stark ist; unter 1 hebt er, was schwach ist</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>Exponent</translation>
    </message>
    <message>
        <source>Power p</source>
        <translation>Potenz p</translation>
    </message>
    <message>
        <source>How much stronger the face acts</source>
        <translation>Wie viel stärker das Gesicht wirkt</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>Faktor</translation>
    </message>
    <message>
        <source>Scale c</source>
        <translation>Faktor c</translation>
    </message>
    <message>
        <source>No attention becomes larger than this</source>
        <translation>Keine Aufmerksamkeit wird größer als dies</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>Clamp m</source>
        <translation>Obergrenze m</translation>
    </message>
    <message>
        <source>How hard the line between face and surroundings is</source>
        <translation>Wie hart die Grenze zwischen Gesicht und Umgebung ist</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>Schärfe</translation>
    </message>
    <message>
        <source>Slope s of the sigmoid</source>
        <translation>Steigung s der Sigmoide</translation>
    </message>
    <message>
        <source>The line follows the map</source>
        <translation>Die Grenze folgt der Karte</translation>
    </message>
    <message>
        <source>On takes a quantile of the map, off a fixed threshold</source>
        <translation>An nimmt ein Quantil der Karte, aus eine feste Schwelle</translation>
    </message>
    <message>
        <source>Adaptive softmask</source>
        <translation>Adaptive Softmask</translation>
    </message>
    <message>
        <source>Which share of the picture counts as surroundings</source>
        <translation>Welcher Anteil des Bildes als Umgebung zählt</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Quantile q</source>
        <translation>Quantil q</translation>
    </message>
    <message>
        <source>Attention above this counts as face</source>
        <translation>Aufmerksamkeit darüber zählt als Gesicht</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>Threshold m</source>
        <translation>Schwelle m</translation>
    </message>
</context>
<context>
    <name>TwinChips</name>
    <message>
        <source>Skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>Haare</translation>
    </message>
    <message>
        <source>Eyes</source>
        <translation>Augen</translation>
    </message>
    <message>
        <source>Glasses</source>
        <translation>Brille</translation>
    </message>
    <message>
        <source>Beard</source>
        <translation>Bart</translation>
    </message>
    <message>
        <source>As measured</source>
        <translation>Wie gemessen</translation>
    </message>
    <message>
        <source>Take back what was corrected here</source>
        <translation>Zurücknehmen, was hier berichtigt wurde</translation>
    </message>
    <message>
        <source>Dark brown</source>
        <translation>Dunkelbraun</translation>
    </message>
    <message>
        <source>Take the correction back</source>
        <translation>Die Korrektur zurücknehmen</translation>
    </message>
    <message>
        <source>Brown</source>
        <translation>Braun</translation>
    </message>
    <message>
        <source>Hazel</source>
        <translation>Haselnuss</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Light blue</source>
        <translation>Hellblau</translation>
    </message>
    <message>
        <source>Black</source>
        <translation>Schwarz</translation>
    </message>
    <message>
        <source>Light brown</source>
        <translation>Hellbraun</translation>
    </message>
    <message>
        <source>Dark blond</source>
        <translation>Dunkelblond</translation>
    </message>
    <message>
        <source>Blond</source>
        <translation>Blond</translation>
    </message>
    <message>
        <source>Light blond</source>
        <translation>Hellblond</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Auburn</source>
        <translation>Kastanienrot</translation>
    </message>
    <message>
        <source>Light grey</source>
        <translation>Hellgrau</translation>
    </message>
    <message>
        <source>White</source>
        <translation>Weiß</translation>
    </message>
    <message>
        <source>Colour of the hair</source>
        <translation>Haarfarbe</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Straight</source>
        <translation>Glatt</translation>
    </message>
    <message>
        <source>Wavy</source>
        <translation>Wellig</translation>
    </message>
    <message>
        <source>Curly</source>
        <translation>Lockig</translation>
    </message>
    <message>
        <source>Curl</source>
        <translation>Locken</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Bald</source>
        <translation>Kahl</translation>
    </message>
    <message>
        <source>Short</source>
        <translation>Kurz</translation>
    </message>
    <message>
        <source>To the chin</source>
        <translation>Bis zum Kinn</translation>
    </message>
    <message>
        <source>Long</source>
        <translation>Lang</translation>
    </message>
    <message>
        <source>No glasses</source>
        <translation>Keine Brille</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Rund</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>Eckig</translation>
    </message>
    <message>
        <source>No beard</source>
        <translation>Kein Bart</translation>
    </message>
    <message>
        <source>Stubble</source>
        <translation>Stoppeln</translation>
    </message>
    <message>
        <source>Moustache</source>
        <translation>Schnurrbart</translation>
    </message>
    <message>
        <source>Goatee</source>
        <translation>Kinnbart</translation>
    </message>
    <message>
        <source>Full beard</source>
        <translation>Vollbart</translation>
    </message>
    <message>
        <source>Nothing is corrected here</source>
        <translation>Hier ist nichts berichtigt</translation>
    </message>
    <message>
        <source>{name}?</source>
        <translation>{name}?</translation>
    </message>
    <message>
        <source>Corrected by you.</source>
        <translation>Selbst berichtigt.</translation>
    </message>
    <message>
        <source>As measured in the photo.</source>
        <translation>Wie im Foto gemessen.</translation>
    </message>
    <message>
        <source>The photo does not show it clearly: have a look.</source>
        <translation>Das Foto zeigt es nicht deutlich: Sehen Sie nach.</translation>
    </message>
    <message>
        <source>No hair</source>
        <translation>Keine Haare</translation>
    </message>
    <message>
        <source>Hair, short</source>
        <translation>Haare, kurz</translation>
    </message>
    <message>
        <source>Hair, to the chin</source>
        <translation>Haare, bis zum Kinn</translation>
    </message>
    <message>
        <source>Hair, long</source>
        <translation>Haare, lang</translation>
    </message>
    <message>
        <source>Round glasses</source>
        <translation>Runde Brille</translation>
    </message>
    <message>
        <source>Square glasses</source>
        <translation>Eckige Brille</translation>
    </message>
</context>
<context>
    <name>TwinPicture</name>
    <message>
        <source>Twin: the person as they are drawn</source>
        <translation>Zwilling: die Person, wie sie gezeichnet wird</translation>
    </message>
    <message>
        <source>Twin: how this model sees the person. What is off can be corrected below.</source>
        <translation>Zwilling: wie dieses Modell die Person sieht. Was nicht stimmt, lässt sich unten berichtigen.</translation>
    </message>
    <message>
        <source>Twin</source>
        <translation>Zwilling</translation>
    </message>
</context>
<context>
    <name>TwinSide</name>
    <message>
        <source>Other photo…</source>
        <translation>Anderes Foto…</translation>
    </message>
    <message>
        <source>Choose another photo in place of this one</source>
        <translation>Ein anderes Foto statt dieses wählen</translation>
    </message>
    <message>
        <source>More photos</source>
        <translation>Mehr Fotos</translation>
    </message>
    <message>
        <source>Add photos of the same person</source>
        <translation>Fotos derselben Person hinzufügen</translation>
    </message>
    <message>
        <source>Its twin. Something off? Correct it here:</source>
        <translation>Der Zwilling. Stimmt etwas nicht? Hier berichtigen:</translation>
    </message>
    <message>
        <source>The twin is being drawn…</source>
        <translation>Der Zwilling wird gezeichnet…</translation>
    </message>
</context>
<context>
    <name>TwinWords</name>
    <message>
        <source>The twin is what pictures are drawn from. Something off? Correct it:</source>
        <translation>Nach dem Zwilling werden Bilder gezeichnet. Stimmt etwas nicht? Hier berichtigen:</translation>
    </message>
</context>
<context>
    <name>UnfinishedLine</name>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Make the pictures that are missing</source>
        <translation>Die fehlenden Bilder machen</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Do not make them; the pictures that are there stay</source>
        <translation>Sie nicht machen; die vorhandenen Bilder bleiben</translation>
    </message>
    <message>
        <source>1 picture was not finished</source>
        <translation>1 Bild wurde nicht fertig</translation>
    </message>
    <message>
        <source>{count} pictures were not finished</source>
        <translation>{count} Bilder wurden nicht fertig</translation>
    </message>
    <message>
        <source>The unfinished pictures were dropped.</source>
        <translation>Die unfertigen Bilder wurden verworfen.</translation>
    </message>
</context>
<context>
    <name>UpdatesGroup</name>
    <message>
        <source>Check for updates</source>
        <translation>Nach Aktualisierungen sehen</translation>
    </message>
    <message>
        <source>Ask for the newest version; nothing about this computer is sent</source>
        <translation>Nach der neuesten Version fragen; über diesen Rechner wird nichts gesagt</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Aktualisierungen</translation>
    </message>
    <message>
        <source>This is version {version}. FastFace never looks for another one by itself.</source>
        <translation>Dies ist Version {version}. FastFace sucht nie von selbst nach einer anderen.</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <source>Install it beside this version; the next start takes it</source>
        <translation>Neben dieser Version installieren; der nächste Start nimmt sie</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>Seite öffnen</translation>
    </message>
    <message>
        <source>Open the page with newer versions in the browser</source>
        <translation>Die Seite mit neueren Versionen im Browser öffnen</translation>
    </message>
    <message>
        <source>Progress of the update</source>
        <translation>Fortschritt der Aktualisierung</translation>
    </message>
    <message>
        <source>Version {version} is installed; the next start takes it.</source>
        <translation>Version {version} ist installiert; der nächste Start nimmt sie.</translation>
    </message>
    <message>
        <source>Version {version} did not open its window; this one is in use again.</source>
        <translation>Version {version} hat ihr Fenster nicht geöffnet; diese ist wieder in Gebrauch.</translation>
    </message>
    <message>
        <source>This copy is updated in the way in which it was installed: with its packages or git.</source>
        <translation>Diese Kopie wird so aktualisiert, wie sie installiert wurde: mit ihren Paketen oder git.</translation>
    </message>
    <message>
        <source>This is the newest version.</source>
        <translation>Dies ist die neueste Version.</translation>
    </message>
    <message>
        <source>Version {version} is there, of {day}.</source>
        <translation>Version {version} ist da, vom {day}.</translation>
    </message>
    <message>
        <source>{size} are to be fetched.</source>
        <translation>{size} sind zu holen.</translation>
    </message>
    <message>
        <source>Update it in the way in which it was installed.</source>
        <translation>Aktualisieren Sie FastFace so, wie es installiert wurde.</translation>
    </message>
</context>
<context>
    <name>ValuesGrid</name>
    <message>
        <source>per step</source>
        <translation>je Schritt</translation>
    </message>
    <message>
        <source>A value for each step, or one for all</source>
        <translation>Ein Wert für jeden Schritt oder einer für alle</translation>
    </message>
    <message>
        <source>per block</source>
        <translation>je Block</translation>
    </message>
    <message>
        <source>Values for down, middle and up blocks, or one for all</source>
        <translation>Werte für Abwärts-, mittlere und Aufwärtsblöcke oder einer für alle</translation>
    </message>
    <message>
        <source>down</source>
        <translation>abwärts</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>up</source>
        <translation>aufwärts</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>Show or hide the photo beside it (P)</source>
        <translation>Das Foto daneben zeigen oder verbergen (P)</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>Galerie</translation>
    </message>
    <message>
        <source>Back to the grid (Escape)</source>
        <translation>Zurück zum Raster (Escape)</translation>
    </message>
    <message>
        <source>Reject, or take that back</source>
        <translation>Ablehnen, oder das zurücknehmen</translation>
    </message>
    <message>
        <source>Fit, or each pixel its own (double click)</source>
        <translation>Einpassen, oder jedes Pixel für sich (Doppelklick)</translation>
    </message>
    <message>
        <source>Into the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>The whole screen, or the window again</source>
        <translation>Ganzer Bildschirm, oder wieder das Fenster</translation>
    </message>
    <message>
        <source>{place} of {count}</source>
        <translation>{place} von {count}</translation>
    </message>
</context>
<context>
    <name>WeightCurves</name>
    <message>
        <source>Weights of face and text, step by step</source>
        <translation>Gewichte von Gesicht und Text, Schritt für Schritt</translation>
    </message>
    <message>
        <source>Drag a point, or use the keys: left and right choose a step, up and down and Page Up and Page Down change its weight, Space goes to the other curve</source>
        <translation>Einen Punkt ziehen, oder mit Tasten: links und rechts wählen einen Schritt, auf und ab sowie Bild auf und Bild ab ändern sein Gewicht, die Leertaste geht zur anderen Kurve</translation>
    </message>
    <message>
        <source>Step {step}</source>
        <translation>Schritt {step}</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>{curve}, step {step} of {steps}: {value}</source>
        <translation>{curve}, Schritt {step} von {steps}: {value}</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>{text} (as measured)</source>
        <translation>{text} (wie gemessen)</translation>
    </message>
</context>
<context>
    <name>WorkLine</name>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop this; what is done already is kept</source>
        <translation>Das anhalten; was schon getan ist, bleibt</translation>
    </message>
</context>
<context>
    <name>_Coach</name>
    <message>
        <source>Drop photos anywhere on this page.</source>
        <translation>Fotos lassen sich überall auf dieser Seite ablegen.</translation>
    </message>
</context>
<context>
    <name>_Delegate</name>
    <message>
        <source>Permission missing</source>
        <translation>Einwilligung fehlt</translation>
    </message>
    <message>
        <source>Note it…</source>
        <translation>Notieren…</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message>
        <source>{count} photos</source>
        <translation>{count} Fotos</translation>
    </message>
</context>
<context>
    <name>_FaceButton</name>
    <message>
        <source>Make pictures of {name}</source>
        <translation>Bilder von {name} erstellen</translation>
    </message>
</context>
<context>
    <name>_Facts</name>
    <message>
        <source>Terms</source>
        <translation>Bedingungen</translation>
    </message>
</context>
<context>
    <name>_File</name>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose: {name}</source>
        <translation>Wählen: {name}</translation>
    </message>
    <message>
        <source>not chosen</source>
        <translation>nicht gewählt</translation>
    </message>
</context>
<context>
    <name>_Folder</name>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Open it in the file manager</source>
        <translation>In der Dateiverwaltung öffnen</translation>
    </message>
    <message>
        <source>Show folder: {name}</source>
        <translation>Ordner zeigen: {name}</translation>
    </message>
</context>
<context>
    <name>_Lost</name>
    <message>
        <source>It was moved, renamed or damaged. Its folder may be looked for.</source>
        <translation>Sie wurde verschoben, umbenannt oder beschädigt. Ihr Ordner kann gesucht werden.</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>Suchen…</translation>
    </message>
    <message>
        <source>Choose the folder that it was moved to</source>
        <translation>Den Ordner wählen, in den sie verschoben wurde</translation>
    </message>
</context>
<context>
    <name>_Photo</name>
    <message>
        <source>No photo at hand</source>
        <translation>Kein Foto zur Hand</translation>
    </message>
</context>
<context>
    <name>_Pictures</name>
    <message>
        <source>{number} best</source>
        <translation>{number} am besten</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Keys of: {action}</source>
        <translation>Tasten von: {action}</translation>
    </message>
    <message>
        <source>The usual keys again: {action}</source>
        <translation>Wieder die üblichen Tasten: {action}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>{action}: {keys}</source>
        <translation>{action}: {keys}</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Links</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>In the left of the picture</source>
        <translation>Links im Bild</translation>
    </message>
    <message>
        <source>In the centre of the picture</source>
        <translation>In der Mitte des Bildes</translation>
    </message>
    <message>
        <source>In the right of the picture</source>
        <translation>Rechts im Bild</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Take this person out of the picture</source>
        <translation>Diese Person aus dem Bild nehmen</translation>
    </message>
</context>
<context>
    <name>_TileDelegate</name>
    <message>
        <source>Best</source>
        <translation>Bestes</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>Find an action</source>
        <translation>Aktion finden</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Show or hide the queue</source>
        <translation>Aufträge zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Batch: many people, many looks</source>
        <translation>Stapel: viele Personen, viele Stile</translation>
    </message>
    <message>
        <source>Pause the queue, or go on</source>
        <translation>Aufträge anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Undo the last change</source>
        <translation>Letzte Änderung zurücknehmen</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größerer Text</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinerer Text</translation>
    </message>
    <message>
        <source>Open the menu</source>
        <translation>Menü öffnen</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Make the pictures</source>
        <translation>Bilder machen</translation>
    </message>
    <message>
        <source>Stop what is being made</source>
        <translation>Anhalten, was gerade entsteht</translation>
    </message>
    <message>
        <source>Choose photos</source>
        <translation>Fotos wählen</translation>
    </message>
    <message>
        <source>Paste a photo, a picture or a prompt</source>
        <translation>Foto, Bild oder Prompt einfügen</translation>
    </message>
    <message>
        <source>The same with another seed</source>
        <translation>Dasselbe mit anderem Startwert</translation>
    </message>
    <message>
        <source>Put the picture into the trash</source>
        <translation>Das Bild in den Papierkorb legen</translation>
    </message>
    <message>
        <source>Use the settings of this picture</source>
        <translation>Einstellungen dieses Bildes verwenden</translation>
    </message>
    <message>
        <source>Save a copy of the picture</source>
        <translation>Kopie des Bildes speichern</translation>
    </message>
    <message>
        <source>Show the picture in its folder</source>
        <translation>Bild in seinem Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>The picture before, the next one</source>
        <translation>Voriges Bild, nächstes Bild</translation>
    </message>
    <message>
        <source>Larger, smaller, fit</source>
        <translation>Größer, kleiner, einpassen</translation>
    </message>
    <message>
        <source>Save the preset</source>
        <translation>Vorgabe sichern</translation>
    </message>
    <message>
        <source>Discard the changes of the preset</source>
        <translation>Änderungen der Vorgabe verwerfen</translation>
    </message>
    <message>
        <source>Redo the change of the preset</source>
        <translation>Änderung der Vorgabe wiederholen</translation>
    </message>
    <message>
        <source>Make a copy of the preset</source>
        <translation>Vorgabe kopieren</translation>
    </message>
    <message>
        <source>Use the preset on Create</source>
        <translation>Vorgabe in „Erstellen“ nutzen</translation>
    </message>
    <message>
        <source>Begin new pictures with the preset</source>
        <translation>Neue Bilder mit der Vorgabe beginnen</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Vorgabe umbenennen</translation>
    </message>
    <message>
        <source>Take a preset over from a file</source>
        <translation>Vorgabe aus einer Datei übernehmen</translation>
    </message>
    <message>
        <source>Export the preset</source>
        <translation>Vorgabe exportieren</translation>
    </message>
    <message>
        <source>Show before and after</source>
        <translation>Vorher und nachher zeigen</translation>
    </message>
    <message>
        <source>Delete the preset</source>
        <translation>Vorgabe löschen</translation>
    </message>
    <message>
        <source>New person</source>
        <translation>Neue Person</translation>
    </message>
    <message>
        <source>Add photos of a person</source>
        <translation>Fotos einer Person hinzufügen</translation>
    </message>
    <message>
        <source>Paste a photo of a person</source>
        <translation>Foto einer Person einfügen</translation>
    </message>
    <message>
        <source>Search names</source>
        <translation>Namen suchen</translation>
    </message>
    <message>
        <source>Close what is open</source>
        <translation>Schließen, was offen ist</translation>
    </message>
    <message>
        <source>Lock the people</source>
        <translation>Die Personen sperren</translation>
    </message>
    <message>
        <source>Begin the comparison, or go on</source>
        <translation>Den Vergleich beginnen oder fortsetzen</translation>
    </message>
    <message>
        <source>Stop the comparison, or back to its grid</source>
        <translation>Den Vergleich anhalten oder zurück zum Raster</translation>
    </message>
    <message>
        <source>New comparison</source>
        <translation>Neuer Vergleich</translation>
    </message>
    <message>
        <source>Save the grid as a picture</source>
        <translation>Das Raster als Bild sichern</translation>
    </message>
    <message>
        <source>See the cell large</source>
        <translation>Die Zelle groß ansehen</translation>
    </message>
    <message>
        <source>Search the gallery</source>
        <translation>Galerie durchsuchen</translation>
    </message>
    <message>
        <source>Show or hide the details</source>
        <translation>Einzelheiten zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Larger pictures</source>
        <translation>Größere Bilder</translation>
    </message>
    <message>
        <source>Smaller pictures</source>
        <translation>Kleinere Bilder</translation>
    </message>
    <message>
        <source>Import the pictures of a folder</source>
        <translation>Die Bilder eines Ordners importieren</translation>
    </message>
    <message>
        <source>Export the chosen pictures</source>
        <translation>Die ausgewählten Bilder exportieren</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>Use the settings of the chosen picture</source>
        <translation>Die Einstellungen des ausgewählten Bildes verwenden</translation>
    </message>
    <message>
        <source>Make the chosen picture again with another seed</source>
        <translation>Das ausgewählte Bild noch einmal mit anderem Startwert erstellen</translation>
    </message>
    <message>
        <source>Save a copy of the chosen picture</source>
        <translation>Eine Kopie des ausgewählten Bildes speichern</translation>
    </message>
    <message>
        <source>Show the chosen picture in its folder</source>
        <translation>Das ausgewählte Bild in seinem Ordner zeigen</translation>
    </message>
    <message>
        <source>Copy the chosen pictures</source>
        <translation>Die ausgewählten Bilder kopieren</translation>
    </message>
    <message>
        <source>Choose all pictures</source>
        <translation>Alle Bilder auswählen</translation>
    </message>
    <message>
        <source>See the picture large</source>
        <translation>Das Bild groß sehen</translation>
    </message>
    <message>
        <source>The picture on the whole screen</source>
        <translation>Das Bild auf dem ganzen Bildschirm</translation>
    </message>
    <message>
        <source>Compare the chosen pictures</source>
        <translation>Die ausgewählten Bilder vergleichen</translation>
    </message>
    <message>
        <source>Give stars, or none</source>
        <translation>Sterne geben, oder keine</translation>
    </message>
    <message>
        <source>Reject, or take that back</source>
        <translation>Ablehnen, oder das zurücknehmen</translation>
    </message>
    <message>
        <source>Give a colour label</source>
        <translation>Farbe geben</translation>
    </message>
    <message>
        <source>No longer rejected</source>
        <translation>Nicht mehr abgelehnt</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>Schlagwort hinzufügen</translation>
    </message>
    <message>
        <source>Put into an album</source>
        <translation>In ein Album legen</translation>
    </message>
    <message>
        <source>New album</source>
        <translation>Neues Album</translation>
    </message>
    <message>
        <source>Unfold or fold the stack</source>
        <translation>Stapel auf- oder zuklappen</translation>
    </message>
    <message>
        <source>Make a stack of the chosen pictures</source>
        <translation>Aus den gewählten Bildern einen Stapel bilden</translation>
    </message>
    <message>
        <source>Take the stack apart</source>
        <translation>Stapel auflösen</translation>
    </message>
    <message>
        <source>Stack the pictures of one request, or not</source>
        <translation>Bilder eines Auftrags stapeln, oder nicht</translation>
    </message>
    <message>
        <source>Go on to the next picture after a rating, or stay</source>
        <translation>Nach einer Wertung zum nächsten Bild, oder bleiben</translation>
    </message>
    <message>
        <source>The photo beside the large picture</source>
        <translation>Das Foto neben dem großen Bild</translation>
    </message>
    <message>
        <source>The same settings on Create, with another seed</source>
        <translation>Dieselben Einstellungen in Erstellen, mit anderem Startwert</translation>
    </message>
    <message>
        <source>Into the trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Out of the trash</source>
        <translation>Aus dem Papierkorb</translation>
    </message>
</context>
<context>
    <name>batch</name>
    <message>
        <source>Portrait</source>
        <translation>Porträt</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 Bild</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>{count} Bilder</translation>
    </message>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>Schritt {step} von {steps}</translation>
    </message>
    <message>
        <source>{made} of {count}</source>
        <translation>{made} von {count}</translation>
    </message>
    <message>
        <source>Being made</source>
        <translation>Entsteht gerade</translation>
    </message>
    <message>
        <source>best match {score}</source>
        <translation>beste Übereinstimmung {score}</translation>
    </message>
    <message>
        <source>best likeness {score}</source>
        <translation>beste Ähnlichkeit {score}</translation>
    </message>
    <message>
        <source>Not made</source>
        <translation>Nicht gemacht</translation>
    </message>
    <message>
        <source>Cannot be made</source>
        <translation>Kann nicht gemacht werden</translation>
    </message>
</context>
<context>
    <name>compare</name>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>Negativer Prompt</translation>
    </message>
    <message>
        <source>Scheduler</source>
        <translation>Scheduler</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Identity weight</source>
        <translation>Identitätsgewicht</translation>
    </message>
    <message>
        <source>Text weight</source>
        <translation>Textgewicht</translation>
    </message>
    <message>
        <source>Rescale</source>
        <translation>Reskalierung</translation>
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
        <source>Pose strength</source>
        <translation>Stärke der Pose</translation>
    </message>
    <message>
        <source>Own LoRAs</source>
        <translation>Eigene LoRAs</translation>
    </message>
    <message>
        <source>Power exponent</source>
        <translation>Power-Exponent</translation>
    </message>
    <message>
        <source>Scale factor</source>
        <translation>Scale-Faktor</translation>
    </message>
    <message>
        <source>Scale maximum</source>
        <translation>Scale-Höchstwert</translation>
    </message>
    <message>
        <source>Softmask sharpness</source>
        <translation>Softmask-Schärfe</translation>
    </message>
    <message>
        <source>Softmask quantile</source>
        <translation>Softmask-Quantil</translation>
    </message>
    <message>
        <source>Softmask threshold</source>
        <translation>Softmask-Schwelle</translation>
    </message>
    <message>
        <source>AdaIN weight</source>
        <translation>AdaIN-Gewicht</translation>
    </message>
    <message>
        <source>Guidance and attention settings as a whole</source>
        <translation>Die Einstellungen von Führung und Aufmerksamkeit im Ganzen</translation>
    </message>
    <message>
        <source>The model that draws</source>
        <translation>Das Modell, das zeichnet</translation>
    </message>
    <message>
        <source>What the picture shows</source>
        <translation>Was das Bild zeigt</translation>
    </message>
    <message>
        <source>What the picture does not show</source>
        <translation>Was das Bild nicht zeigt</translation>
    </message>
    <message>
        <source>How noise becomes a picture from step to step</source>
        <translation>Wie aus Rauschen Schritt für Schritt ein Bild wird</translation>
    </message>
    <message>
        <source>Width and height in pixels</source>
        <translation>Breite und Höhe in Pixeln</translation>
    </message>
    <message>
        <source>How often the picture is refined</source>
        <translation>Wie oft das Bild verfeinert wird</translation>
    </message>
    <message>
        <source>How closely to follow the face</source>
        <translation>Wie genau dem Gesicht folgen</translation>
    </message>
    <message>
        <source>How closely to follow the text</source>
        <translation>Wie genau dem Text folgen</translation>
    </message>
    <message>
        <source>How far contrast is drawn back after strong weights</source>
        <translation>Wie weit der Kontrast nach starken Gewichten zurückgenommen wird</translation>
    </message>
    <message>
        <source>How strongly the face is drawn into the picture</source>
        <translation>Wie stark das Gesicht ins Bild einfließt</translation>
    </message>
    <message>
        <source>How strongly the face adapter changes the model</source>
        <translation>Wie stark der Gesichtsadapter das Modell verändert</translation>
    </message>
    <message>
        <source>How closely to follow the pose of the photo</source>
        <translation>Wie genau der Pose des Fotos gefolgt wird</translation>
    </message>
    <message>
        <source>Your LoRAs, a line each: grain=0.6+watercolor, or none</source>
        <translation>Eigene LoRAs, je Wert eine Zeile: grain=0.6+watercolor, oder none</translation>
    </message>
    <message>
        <source>Scale-power: above 1 makes high attention stand out</source>
        <translation>Scale-power: über 1 hebt hohe Aufmerksamkeit hervor</translation>
    </message>
    <message>
        <source>Scale: how many times the attention to the face is raised</source>
        <translation>Scale: um wie viel die Aufmerksamkeit für das Gesicht erhöht wird</translation>
    </message>
    <message>
        <source>Scale: the most that attention is raised to</source>
        <translation>Scale: der höchste Wert, auf den Aufmerksamkeit steigt</translation>
    </message>
    <message>
        <source>Softmask: how sharp the edge between face and surroundings is</source>
        <translation>Softmask: wie scharf der Rand zwischen Gesicht und Umgebung ist</translation>
    </message>
    <message>
        <source>Softmask: the share of the picture that counts as surroundings</source>
        <translation>Softmask: der Anteil des Bildes, der als Umgebung zählt</translation>
    </message>
    <message>
        <source>Softmask without a quantile: where the edge lies</source>
        <translation>Softmask ohne Quantil: wo der Rand liegt</translation>
    </message>
    <message>
        <source>How much of the transformed attention is kept uncorrected</source>
        <translation>Wie viel der veränderten Aufmerksamkeit unkorrigiert bleibt</translation>
    </message>
    <message>
        <source>Down blocks</source>
        <translation>Down-Blöcke</translation>
    </message>
    <message>
        <source>Middle block</source>
        <translation>Mittlerer Block</translation>
    </message>
    <message>
        <source>Up blocks</source>
        <translation>Up-Blöcke</translation>
    </message>
    <message>
        <source>step {number}</source>
        <translation>Schritt {number}</translation>
    </message>
</context>
<context>
    <name>contact sheet</name>
    <message>
        <source>Made by a trained model.</source>
        <translation>Von einem trainierten Modell gemacht.</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>&quot;%1&quot; is not a device.</source>
        <translation>„%1“ ist kein Gerät.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a form of pictures.</source>
        <translation>„%1“ ist kein Bildformat.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a size.</source>
        <translation>„%1“ ist keine Größe.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is the name of a built-in preset.</source>
        <translation>„%1“ ist der Name einer eingebauten Vorgabe.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; names no face adapter.</source>
        <translation>„%1“ ist kein Gesichtsadapter.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; names no setting with values.</source>
        <translation>„%1“ nennt keine Einstellung mit Werten.</translation>
    </message>
    <message>
        <source>%1 %2 points to a missing row</source>
        <translation>%1 %2 verweist auf eine fehlende Zeile</translation>
    </message>
    <message>
        <source>%1 GB free of %2 GB</source>
        <translation>%L1 GB frei von %L2 GB</translation>
    </message>
    <message>
        <source>%1 It goes on in %2 seconds.</source>
        <translation>%1 Es geht in %2 Sekunden weiter.</translation>
    </message>
    <message>
        <source>%1 Nothing was moved.</source>
        <translation>%1 Nichts wurde verschoben.</translation>
    </message>
    <message>
        <source>%1 and %2 seem to show different people.</source>
        <translation>%1 und %2 scheinen verschiedene Personen zu zeigen.</translation>
    </message>
    <message>
        <source>%1 and the folder of the models lie within one another.</source>
        <translation>%1 und der Ordner der Modelle liegen ineinander.</translation>
    </message>
    <message>
        <source>%1 answers about %2 with more than that can be.</source>
        <translation>%1 antwortet zu %2 mit mehr, als das sein kann.</translation>
    </message>
    <message>
        <source>%1 arrived damaged and is fetched once more.</source>
        <translation>%1 kam beschädigt an und wird noch einmal geladen.</translation>
    </message>
    <message>
        <source>%1 arrived damaged twice.</source>
        <translation>%1 kam zweimal beschädigt an.</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Byte</translation>
    </message>
    <message>
        <source>%1 cannot be read any more.</source>
        <translation>%1 kann nicht mehr gelesen werden.</translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be removed.</source>
        <translation>%1 kann nicht entfernt werden.</translation>
    </message>
    <message>
        <source>%1 cannot be taken over because of %2: %3.</source>
        <translation>%1 kann wegen %2 nicht übernommen werden: %3.</translation>
    </message>
    <message>
        <source>%1 cannot be used as a base: %2.</source>
        <translation>%1 taugt nicht als Basis: %2.</translation>
    </message>
    <message>
        <source>%1 cannot go on with %2 in the middle.</source>
        <translation>%1 kann %2 nicht in der Mitte fortsetzen.</translation>
    </message>
    <message>
        <source>%1 cannot go on with %2 in the middle. It is read from the start; what is there already stays.</source>
        <translation>%1 kann %2 nicht in der Mitte fortsetzen. Es wird von vorn gelesen; was schon da ist, bleibt.</translation>
    </message>
    <message>
        <source>%1 comes from %2 in another length than it should have.</source>
        <translation>%1 kommt von %2 in einer anderen Länge, als es haben soll.</translation>
    </message>
    <message>
        <source>%1 could not be read from its folder or drive.</source>
        <translation>%1 konnte von seinem Ordner oder Laufwerk nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 does not allow the download of %2.</source>
        <translation>%1 erlaubt nicht, %2 zu laden.</translation>
    </message>
    <message>
        <source>%1 does not have %2.</source>
        <translation>%1 hat %2 nicht.</translation>
    </message>
    <message>
        <source>%1 exists already.</source>
        <translation>%1 gibt es schon.</translation>
    </message>
    <message>
        <source>%1 fits %2 and its driver %3.</source>
        <translation>%1 passt zu %2 und dem Treiber %3.</translation>
    </message>
    <message>
        <source>%1 fits %2, but this copy of FastFace does not know its files.</source>
        <translation>%1 passt zu %2, aber diese Kopie von FastFace kennt die Dateien nicht.</translation>
    </message>
    <message>
        <source>%1 gave a wrong result.</source>
        <translation>%1 hat falsch gerechnet.</translation>
    </message>
    <message>
        <source>%1 has %2 x %3 pixels, more than the %4 million that are read.</source>
        <translation>%1 hat %2 x %3 Pixel, mehr als die %4 Millionen, die gelesen werden.</translation>
    </message>
    <message>
        <source>%1 has %2 x %3 pixels, which take more memory than one picture may.</source>
        <translation>%1 hat %2 x %3 Pixel; das braucht mehr Speicher, als ein Bild haben darf.</translation>
    </message>
    <message>
        <source>%1 has a value that is not allowed%2: %3.</source>
        <translation>%1 hat einen unzulässigen Wert%2: %3.</translation>
    </message>
    <message>
        <source>%1 has had too many requests from here.</source>
        <translation>%1 hat von hier zu viele Anfragen bekommen.</translation>
    </message>
    <message>
        <source>%1 has no parts and no steps.</source>
        <translation>%1 hat weder Teile noch Schritte.</translation>
    </message>
    <message>
        <source>%1 has no pixels.</source>
        <translation>%1 hat keine Pixel.</translation>
    </message>
    <message>
        <source>%1 has sent nothing for %2 seconds.</source>
        <translation>%1 hat seit %2 Sekunden nichts gesendet.</translation>
    </message>
    <message>
        <source>%1 has the architecture %2.%3, for which the installed torch was not built.</source>
        <translation>%1 hat die Architektur %2.%3, für die das installierte torch nicht gebaut ist.</translation>
    </message>
    <message>
        <source>%1 holds no attention maps.</source>
        <translation>%1 enthält keine Aufmerksamkeitskarten.</translation>
    </message>
    <message>
        <source>%1 holds no torch.</source>
        <translation>%1 enthält kein torch.</translation>
    </message>
    <message>
        <source>%1 in the pack %2 is damaged.</source>
        <translation>%1 im Paket %2 ist beschädigt.</translation>
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
        <source>%1 is another file at %2 than the one FastFace knows.</source>
        <translation>%1 ist bei %2 eine andere Datei als die, die FastFace kennt.</translation>
    </message>
    <message>
        <source>%1 is another image encoder than it expects</source>
        <translation>%1 ist ein anderer Bildencoder, als er erwartet</translation>
    </message>
    <message>
        <source>%1 is damaged and is fetched again.</source>
        <translation>%1 ist beschädigt und wird neu geladen.</translation>
    </message>
    <message>
        <source>%1 is damaged or incomplete.</source>
        <translation>%1 ist beschädigt oder unvollständig.</translation>
    </message>
    <message>
        <source>%1 is damaged.</source>
        <translation>%1 ist beschädigt.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 ist leer.</translation>
    </message>
    <message>
        <source>%1 is installed</source>
        <translation>%1 ist installiert</translation>
    </message>
    <message>
        <source>%1 is larger than %2 GB.</source>
        <translation>%1 ist größer als %2 GB.</translation>
    </message>
    <message>
        <source>%1 is larger than %2 MB.</source>
        <translation>%1 ist größer als %2 MB.</translation>
    </message>
    <message>
        <source>%1 is no .safetensors file by its name, though its content is one.</source>
        <translation>%1 ist dem Namen nach keine .safetensors-Datei, obwohl der Inhalt eine ist.</translation>
    </message>
    <message>
        <source>%1 is no .safetensors file.</source>
        <translation>%1 ist keine .safetensors-Datei.</translation>
    </message>
    <message>
        <source>%1 is no .safetensors file: %2.</source>
        <translation>%1 ist keine .safetensors-Datei: %2.</translation>
    </message>
    <message>
        <source>%1 is no LoRA for an SDXL checkpoint.</source>
        <translation>%1 ist keine LoRA für einen SDXL-Checkpoint.</translation>
    </message>
    <message>
        <source>%1 is no file.</source>
        <translation>%1 ist keine Datei.</translation>
    </message>
    <message>
        <source>%1 is no pack of a GPU&apos;s runtime, or it is cut.</source>
        <translation>%1 ist kein Paket mit der Laufzeit einer GPU, oder es ist abgeschnitten.</translation>
    </message>
    <message>
        <source>%1 is no pack of models.</source>
        <translation>%1 ist kein Modellpaket.</translation>
    </message>
    <message>
        <source>%1 is no wheel that can be unpacked.</source>
        <translation>%1 ist kein Wheel, das sich entpacken lässt.</translation>
    </message>
    <message>
        <source>%1 is not a backup, or it is damaged.</source>
        <translation>%1 ist keine Sicherung, oder sie ist beschädigt.</translation>
    </message>
    <message>
        <source>%1 is not a file that can be replaced.</source>
        <translation>%1 ist keine Datei, die ersetzt werden kann.</translation>
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
        <source>%1 is not in the library.</source>
        <translation>%1 ist nicht in der Bibliothek.</translation>
    </message>
    <message>
        <source>%1 is not possible: it has to be a whole number.</source>
        <translation>%1 ist nicht möglich: es muss eine ganze Zahl sein.</translation>
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
        <source>%1 is not wholly installed; what is missing or damaged: %2.</source>
        <translation>%1 ist nicht vollständig installiert; was fehlt oder beschädigt ist: %2.</translation>
    </message>
    <message>
        <source>%1 is open only to accounts that have accepted its terms.</source>
        <translation>%1 steht nur Konten offen, die seine Bedingungen angenommen haben.</translation>
    </message>
    <message>
        <source>%1 is open only to those who have an access token.</source>
        <translation>%1 steht nur denen offen, die einen Zugangsschlüssel haben.</translation>
    </message>
    <message>
        <source>%1 is out of order at the moment.</source>
        <translation>%1 ist im Moment gestört.</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 ist schon da.</translation>
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
        <source>%1 is too old for torch %2.</source>
        <translation>%1 ist zu alt für torch %2.</translation>
    </message>
    <message>
        <source>%1 leads to an address that cannot be used.</source>
        <translation>%1 führt zu einer Adresse, die nicht benutzt werden kann.</translation>
    </message>
    <message>
        <source>%1 lies in the new folder already, and is another picture.</source>
        <translation>%1 liegt schon im neuen Ordner und ist ein anderes Bild.</translation>
    </message>
    <message>
        <source>%1 may not be read by this program.</source>
        <translation>%1 darf von diesem Programm nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 minutes</source>
        <translation>%1 Minuten</translation>
    </message>
    <message>
        <source>%1 names %2, which cannot be written to.</source>
        <translation>%1 nennt %2, und das lässt sich nicht beschreiben.</translation>
    </message>
    <message>
        <source>%1 names %2, where there are no certificates.</source>
        <translation>%1 nennt %2, und dort sind keine Zertifikate.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no kind of sharpening.</source>
        <translation>„%1“ ist keine Art zu schärfen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no place of a watermark.</source>
        <translation>„%1“ ist kein Platz für ein Wasserzeichen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no range of seeds.</source>
        <translation>„%1“ ist kein Bereich von Startwerten.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no space of colours.</source>
        <translation>„%1“ ist kein Farbraum.</translation>
    </message>
    <message>
        <source>%1 cannot be understood%2.</source>
        <translation>%1 ist nicht zu verstehen%2.</translation>
    </message>
    <message>
        <source>%1 cannot be understood.</source>
        <translation>%1 ist nicht zu verstehen.</translation>
    </message>
    <message>
        <source>%1 cannot be used: %2.</source>
        <translation>%1 kann nicht verwendet werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be used: it is a LoRA whose layers are not those of an SDXL checkpoint.</source>
        <translation>%1 kann nicht verwendet werden: Es ist ein LoRA, dessen Schichten nicht die eines SDXL-Checkpoints sind.</translation>
    </message>
    <message>
        <source>%1 columns are not allowed on a contact sheet.</source>
        <translation>%1 Spalten sind auf einem Kontaktbogen nicht erlaubt.</translation>
    </message>
    <message>
        <source>%1 has an unknown field &quot;%2&quot;.</source>
        <translation>%1 hat ein unbekanntes Feld „%2“.</translation>
    </message>
    <message>
        <source>%1 holds no list of rows.</source>
        <translation>%1 enthält keine Liste von Zeilen.</translation>
    </message>
    <message>
        <source>%1 in a folder of people has no rows.</source>
        <translation>%1 in einem Ordner mit Personen hat keine Zeilen.</translation>
    </message>
    <message>
        <source>%1 is no UTF-8 text.</source>
        <translation>%1 ist kein UTF-8-Text.</translation>
    </message>
    <message>
        <source>%1 is no batch.</source>
        <translation>%1 ist kein Stapel.</translation>
    </message>
    <message>
        <source>%1 is no folder with photos.</source>
        <translation>%1 ist kein Ordner mit Fotos.</translation>
    </message>
    <message>
        <source>%1 is no table: %2.</source>
        <translation>%1 ist keine Tabelle: %2.</translation>
    </message>
    <message>
        <source>%1 is not there.</source>
        <translation>%1 ist nicht da.</translation>
    </message>
    <message>
        <source>%1 is too large for a list of prompts.</source>
        <translation>%1 ist zu groß für eine Liste von Prompts.</translation>
    </message>
    <message>
        <source>%1 is too large to be exported at this size: choose a smaller one.</source>
        <translation>%1 ist zu groß, um in dieser Größe exportiert zu werden: Wählen Sie eine kleinere.</translation>
    </message>
    <message>
        <source>%1 is too large.</source>
        <translation>%1 ist zu groß.</translation>
    </message>
    <message>
        <source>%1 knows drawn people alone: of photos it tells no likeness to search by.</source>
        <translation>%1 kennt nur gezeichnete Personen: Zu Fotos sagt es keine Ähnlichkeit, nach der gesucht werden könnte.</translation>
    </message>
    <message>
        <source>%1 names %2, of whom there is no photo.</source>
        <translation>%1 nennt %2; von dieser Person gibt es kein Foto.</translation>
    </message>
    <message>
        <source>%1 needs a driver of version %2 or newer, and %3.</source>
        <translation>%1 braucht einen Treiber der Version %2 oder neuer, und %3.</translation>
    </message>
    <message>
        <source>%1 needs about %2 GB of memory on the CPU, and %3 GB are free.</source>
        <translation>%1 braucht auf der CPU etwa %2 GB Speicher, und %3 GB sind frei.</translation>
    </message>
    <message>
        <source>%1 needs at least %2 GB of the GPU&apos;s memory, and %3 GB are free.</source>
        <translation>%1 braucht mindestens %2 GB vom Speicher der GPU, und %3 GB sind frei.</translation>
    </message>
    <message>
        <source>%1 of these files were not taken over: %2.</source>
        <translation>%1 dieser Dateien sind nicht übernommen: %2.</translation>
    </message>
    <message>
        <source>%1 photos seem to show someone else: remove them, or choose another face in them.</source>
        <translation>%1 Fotos zeigen anscheinend jemand anderen: sie entfernen oder ein anderes Gesicht darin wählen.</translation>
    </message>
    <message>
        <source>%1 pixels an inch is not allowed.</source>
        <translation>%1 Pixel je Zoll sind nicht erlaubt.</translation>
    </message>
    <message>
        <source>%1 says that a backup was being restored, and cannot be read.</source>
        <translation>%1 sagt, dass eine Sicherung zurückgespielt wurde, und kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation>%1 Sekunden</translation>
    </message>
    <message>
        <source>%1 stores its colours in a way that cannot be read.</source>
        <translation>%1 speichert seine Farben auf eine Weise, die nicht gelesen werden kann.</translation>
    </message>
    <message>
        <source>%1 stores measurements rather than brightness.</source>
        <translation>%1 enthält Messwerte statt Helligkeiten.</translation>
    </message>
    <message>
        <source>%1 takes too long to answer about %2.</source>
        <translation>%1 braucht zu lange für die Antwort zu %2.</translation>
    </message>
    <message>
        <source>%1 was changed in the meantime.</source>
        <translation>%1 wurde inzwischen geändert.</translation>
    </message>
    <message>
        <source>%1 was not found.</source>
        <translation>%1 wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>%1 was not tried.</source>
        <translation>%1 wurde nicht erprobt.</translation>
    </message>
    <message>
        <source>%1, %2 GB free</source>
        <translation>%1, %L2 GB frei</translation>
    </message>
    <message>
        <source>%1, architecture %2.%3</source>
        <translation>%1, Architektur %2.%3</translation>
    </message>
    <message>
        <source>%1.%2 is not allowed</source>
        <translation>%1.%2 ist nicht erlaubt</translation>
    </message>
    <message>
        <source>%1: FastFace installs no build of torch for it on this system.</source>
        <translation>%1: FastFace installiert dafür auf diesem System kein torch.</translation>
    </message>
    <message>
        <source>%1: its own terms</source>
        <translation>%1: eigene Bedingungen</translation>
    </message>
    <message>
        <source>A checkpoint is taken over with: fastface models import.</source>
        <translation>Einen Checkpoint übernimmt: fastface models import.</translation>
    </message>
    <message>
        <source>A contact and a job have at most %1 letters.</source>
        <translation>Kontakt und Auftrag haben höchstens %1 Zeichen.</translation>
    </message>
    <message>
        <source>A file has to be named: nothing is read from the input.</source>
        <translation>Eine Datei muss genannt werden: Von der Eingabe wird nichts gelesen.</translation>
    </message>
    <message>
        <source>A file of a person cannot be read: %1.</source>
        <translation>Eine Datei einer Person lässt sich nicht lesen: %1.</translation>
    </message>
    <message>
        <source>A key of this kind cannot sign pictures.</source>
        <translation>Ein Schlüssel dieser Art kann keine Bilder signieren.</translation>
    </message>
    <message>
        <source>A line of %1 names no person.</source>
        <translation>Eine Zeile von %1 nennt keine Person.</translation>
    </message>
    <message>
        <source>A name has 1 to %1 letters.</source>
        <translation>Ein Name hat 1 bis %1 Zeichen.</translation>
    </message>
    <message>
        <source>A person has %1 photos at most.</source>
        <translation>Eine Person hat höchstens %1 Fotos.</translation>
    </message>
    <message>
        <source>A person has at most %1 documents.</source>
        <translation>Eine Person hat höchstens %1 Dokumente.</translation>
    </message>
    <message>
        <source>A person is in at most %1 groups, whose names have at most %2 letters.</source>
        <translation>Eine Person ist in höchstens %1 Gruppen, deren Namen höchstens %2 Zeichen haben.</translation>
    </message>
    <message>
        <source>A photo counts as more than 0 and at most %1.</source>
        <translation>Ein Foto zählt mehr als 0 und höchstens %1.</translation>
    </message>
    <message>
        <source>A picture of %1 x %2 pixels is too large for this form of file.</source>
        <translation>Ein Bild mit %1 x %2 Pixeln ist zu groß für dieses Dateiformat.</translation>
    </message>
    <message>
        <source>A portrait takes %1 photos at most, and these are %2.</source>
        <translation>Ein Porträt nimmt höchstens %1 Fotos, und das sind %2.</translation>
    </message>
    <message>
        <source>A preset cannot be written for %1 steps.</source>
        <translation>Eine Vorgabe kann nicht für %1 Schritte geschrieben werden.</translation>
    </message>
    <message>
        <source>A prompt has %1 letters.</source>
        <translation>Ein Prompt hat %1 Zeichen.</translation>
    </message>
    <message>
        <source>A quality of %1 is not allowed.</source>
        <translation>Eine Qualität von %1 ist nicht erlaubt.</translation>
    </message>
    <message>
        <source>A range has at least two values.</source>
        <translation>Ein Bereich hat mindestens zwei Werte.</translation>
    </message>
    <message>
        <source>A rating of %1 does not exist.</source>
        <translation>Eine Bewertung von %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>A setting takes %1 values at most.</source>
        <translation>Eine Einstellung nimmt höchstens %1 Werte.</translation>
    </message>
    <message>
        <source>A side of %1 pixels is not allowed.</source>
        <translation>Eine Seite von %1 Pixeln ist nicht erlaubt.</translation>
    </message>
    <message>
        <source>A tag has 1 to 64 letters.</source>
        <translation>Ein Schlagwort hat 1 bis 64 Buchstaben.</translation>
    </message>
    <message>
        <source>A test of the connection</source>
        <translation>Ein Test der Verbindung</translation>
    </message>
    <message>
        <source>A watermark is a text or a picture.</source>
        <translation>Ein Wasserzeichen ist ein Text oder ein Bild.</translation>
    </message>
    <message>
        <source>A watermark of the opacity %1 is not allowed.</source>
        <translation>Ein Wasserzeichen der Deckkraft %1 ist nicht erlaubt.</translation>
    </message>
    <message>
        <source>A watermark of the size %1 is not allowed.</source>
        <translation>Ein Wasserzeichen der Größe %1 ist nicht erlaubt.</translation>
    </message>
    <message>
        <source>Accept them at %1 with the account of your access token, then try again.</source>
        <translation>Sie unter %1 mit dem Konto des Zugangsschlüssels annehmen, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>AdaIN weight</source>
        <translation>AdaIN-Gewicht</translation>
    </message>
    <message>
        <source>Adapter strength</source>
        <translation>Adapterstärke</translation>
    </message>
    <message>
        <source>Adapters, embeddings and upscalers of your own cannot be used: choose a whole checkpoint made for SDXL.</source>
        <translation>Eigene Adapter, Embeddings und Hochskalierer lassen sich nicht verwenden: einen ganzen Checkpoint wählen, der für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Add a photo from another day or in another light: two say more than one.</source>
        <translation>Ein Foto von einem anderen Tag oder in anderem Licht hinzufügen: Zwei sagen mehr als eines.</translation>
    </message>
    <message>
        <source>Add a photo in which the face looks at the camera.</source>
        <translation>Ein Foto hinzufügen, auf dem das Gesicht in die Kamera blickt.</translation>
    </message>
    <message>
        <source>Add a photo in which the face turns a little to the picture&apos;s left.</source>
        <translation>Ein Foto hinzufügen, auf dem das Gesicht etwas zum linken Bildrand gewandt ist.</translation>
    </message>
    <message>
        <source>Add a photo in which the face turns a little to the picture&apos;s right.</source>
        <translation>Ein Foto hinzufügen, auf dem das Gesicht etwas zum rechten Bildrand gewandt ist.</translation>
    </message>
    <message>
        <source>Add a photo in which the head is upright.</source>
        <translation>Ein Foto hinzufügen, auf dem der Kopf gerade ist.</translation>
    </message>
    <message>
        <source>Add a photo taken from nearer, or a larger file: the face is too small in what is there.</source>
        <translation>Ein Foto aus größerer Nähe oder eine größere Datei hinzufügen: Bisher ist das Gesicht zu klein.</translation>
    </message>
    <message>
        <source>Add a photo with a large, sharp face that looks at the camera.</source>
        <translation>Ein Foto mit einem großen, scharfen Gesicht hinzufügen, das in die Kamera blickt.</translation>
    </message>
    <message>
        <source>Add a photo with another expression or in another light.</source>
        <translation>Ein Foto mit anderem Ausdruck oder in anderem Licht hinzufügen.</translation>
    </message>
    <message>
        <source>Add a photo with more light on the face, as beside a window.</source>
        <translation>Ein Foto mit mehr Licht im Gesicht hinzufügen, etwa neben einem Fenster.</translation>
    </message>
    <message>
        <source>Add a photo without glaring light on the face.</source>
        <translation>Ein Foto ohne grelles Licht im Gesicht hinzufügen.</translation>
    </message>
    <message>
        <source>Add a row for each person.</source>
        <translation>Fügen Sie für jede Person eine Zeile ein.</translation>
    </message>
    <message>
        <source>Add a sharper photo: hold still, and let the face be in focus.</source>
        <translation>Ein schärferes Foto hinzufügen: stillhalten und auf das Gesicht scharfstellen.</translation>
    </message>
    <message>
        <source>Add one of the photos again; it is then made again.</source>
        <translation>Eines der Fotos noch einmal hinzufügen; dann wird es neu gemessen.</translation>
    </message>
    <message>
        <source>Add people and looks, and say how many pictures.</source>
        <translation>Nehmen Sie Personen und Stile, und sagen Sie, wie viele Bilder.</translation>
    </message>
    <message>
        <source>Allow reading it in the file&apos;s properties, or copy it to a folder of your own.</source>
        <translation>Das Lesen in den Eigenschaften der Datei erlauben oder sie in einen eigenen Ordner kopieren.</translation>
    </message>
    <message>
        <source>Allow writing to it, or choose another one.</source>
        <translation>Das Schreiben darin erlauben oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>An address of the web is no file.</source>
        <translation>Eine Adresse im Web ist keine Datei.</translation>
    </message>
    <message>
        <source>An address that begins with file: is no name of a file.</source>
        <translation>Eine Adresse, die mit file: beginnt, ist kein Name einer Datei.</translation>
    </message>
    <message>
        <source>Another FastFace is changing the GPU&apos;s runtime at this moment.</source>
        <translation>Ein anderes FastFace ändert gerade die Laufzeit der GPU.</translation>
    </message>
    <message>
        <source>Another FastFace is changing the models folder at this moment.</source>
        <translation>Ein anderes FastFace ändert den Ordner der Modelle gerade.</translation>
    </message>
    <message>
        <source>Another FastFace is changing the settings of the network at this moment.</source>
        <translation>Ein anderes FastFace ändert gerade die Einstellungen des Netzes.</translation>
    </message>
    <message>
        <source>Another FastFace is installing an update at this moment.</source>
        <translation>Ein anderes FastFace installiert gerade eine Aktualisierung.</translation>
    </message>
    <message>
        <source>Another FastFace is working on %1.</source>
        <translation>Ein anderes FastFace arbeitet gerade an %1.</translation>
    </message>
    <message>
        <source>Another batch is being made.</source>
        <translation>Ein anderer Stapel wird gerade gemacht.</translation>
    </message>
    <message>
        <source>Another program has the library open, which has to be made again.</source>
        <translation>Ein anderes Programm hat die Bibliothek geöffnet, die neu angelegt werden muss.</translation>
    </message>
    <message>
        <source>Another program has the library open.</source>
        <translation>Ein anderes Programm hat die Bibliothek offen.</translation>
    </message>
    <message>
        <source>Another program is changing the library.</source>
        <translation>Ein anderes Programm ändert die Bibliothek gerade.</translation>
    </message>
    <message>
        <source>Another program is reading the library, so what was deleted could not be erased from it.</source>
        <translation>Ein anderes Programm liest die Bibliothek, darum konnte Gelöschtes nicht aus ihr getilgt werden.</translation>
    </message>
    <message>
        <source>Another program is restoring a backup.</source>
        <translation>Ein anderes Programm spielt gerade eine Sicherung zurück.</translation>
    </message>
    <message>
        <source>Another search is under way.</source>
        <translation>Eine andere Suche läuft gerade.</translation>
    </message>
    <message>
        <source>Apache-2.0</source>
        <translation>Apache-2.0</translation>
    </message>
    <message>
        <source>Apple GPU</source>
        <translation>Apple-GPU</translation>
    </message>
    <message>
        <source>Asking %1 for the files</source>
        <translation>%1 wird nach den Dateien gefragt</translation>
    </message>
    <message>
        <source>Back in the gallery.</source>
        <translation>Wieder in der Galerie.</translation>
    </message>
    <message>
        <source>Backing up: %1 of %2</source>
        <translation>Sicherung läuft: %1 von %2</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Grundlinie</translation>
    </message>
    <message>
        <source>Begin a new comparison.</source>
        <translation>Einen neuen Vergleich beginnen.</translation>
    </message>
    <message>
        <source>Begin again with the first page.</source>
        <translation>Wieder mit der ersten Seite beginnen.</translation>
    </message>
    <message>
        <source>Begin it with a line like &quot;person,group&quot; and write a person on each further line.</source>
        <translation>Beginnen Sie mit einer Zeile wie „person,group“, und schreiben Sie auf jede weitere eine Person.</translation>
    </message>
    <message>
        <source>CLIP ViT-B/32</source>
        <translation>CLIP ViT-B/32</translation>
    </message>
    <message>
        <source>CLIP ViT-L/14</source>
        <translation>CLIP ViT-L/14</translation>
    </message>
    <message>
        <source>CelebAMask-HQ, non-commercial</source>
        <translation>CelebAMask-HQ, nicht kommerziell</translation>
    </message>
    <message>
        <source>Change it instead.</source>
        <translation>Es stattdessen ändern.</translation>
    </message>
    <message>
        <source>Check it with an editor.</source>
        <translation>Prüfen Sie sie mit einem Editor.</translation>
    </message>
    <message>
        <source>Check its name and place.</source>
        <translation>Name und Ort prüfen.</translation>
    </message>
    <message>
        <source>Check that it is a file and that you may read it.</source>
        <translation>Prüfen, ob es eine Datei ist und ob sie gelesen werden darf.</translation>
    </message>
    <message>
        <source>Check that it is there and may be read.</source>
        <translation>Prüfen Sie, ob sie da ist und gelesen werden darf.</translation>
    </message>
    <message>
        <source>Check that it is there, or give another.</source>
        <translation>Prüfen, ob es da ist, oder ein anderes angeben.</translation>
    </message>
    <message>
        <source>Check that its drive is connected.</source>
        <translation>Prüfen, ob sein Laufwerk angeschlossen ist.</translation>
    </message>
    <message>
        <source>Check that its folder or drive is connected, or choose another photo.</source>
        <translation>Prüfen, ob der Ordner oder das Laufwerk verbunden ist, oder ein anderes Foto wählen.</translation>
    </message>
    <message>
        <source>Check the access token and its permissions; in a company network, ask whether the address is blocked.</source>
        <translation>Den Zugangsschlüssel und seine Rechte prüfen; in einem Firmennetz fragen, ob die Adresse gesperrt ist.</translation>
    </message>
    <message>
        <source>Check the drive and its free space, and try again.</source>
        <translation>Das Laufwerk und seinen freien Platz prüfen und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Check the drive it lies on, and try again.</source>
        <translation>Das Laufwerk prüfen, auf dem sie liegt, und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Check the drive that it lies on.</source>
        <translation>Prüfen Sie das Laufwerk, auf dem sie liegt.</translation>
    </message>
    <message>
        <source>Check the internet connection, and the mirror and proxy in Settings. What has arrived is kept.</source>
        <translation>Die Internetverbindung sowie Spiegel und Proxy in den Einstellungen prüfen. Was angekommen ist, bleibt.</translation>
    </message>
    <message>
        <source>Check the mirror&apos;s address if you have set one; otherwise look for a newer version of FastFace.</source>
        <translation>Die Adresse des Spiegels prüfen, wenn einer gesetzt ist; sonst nach einer neueren Version von FastFace sehen.</translation>
    </message>
    <message>
        <source>Check the mirror&apos;s address, and try again.</source>
        <translation>Die Adresse des Spiegels prüfen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Check the mirror&apos;s address, or choose another mirror in Settings.</source>
        <translation>Prüfen Sie die Adresse des Spiegels, oder wählen Sie in den Einstellungen einen anderen.</translation>
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
        <source>Check the proxy in Settings.</source>
        <translation>Den Proxy in den Einstellungen prüfen.</translation>
    </message>
    <message>
        <source>Check this computer&apos;s date. In a company network, install its certificate or set SSL_CERT_FILE.</source>
        <translation>Das Datum dieses Computers prüfen. In einem Firmennetz: dessen Zertifikat installieren oder SSL_CERT_FILE setzen.</translation>
    </message>
    <message>
        <source>Check where the photo lies, seen from the batch.</source>
        <translation>Prüfen Sie, wo das Foto liegt, von der Tabelle aus gesehen.</translation>
    </message>
    <message>
        <source>Checking the model files</source>
        <translation>Die Modelldateien werden geprüft</translation>
    </message>
    <message>
        <source>Choose %1 to %2.</source>
        <translation>%1 bis %2 wählen.</translation>
    </message>
    <message>
        <source>Choose 1 to %1 steps.</source>
        <translation>1 bis %1 Schritte wählen.</translation>
    </message>
    <message>
        <source>Choose PNG or WebP, or a shorter prompt.</source>
        <translation>PNG oder WebP wählen oder einen kürzeren Prompt.</translation>
    </message>
    <message>
        <source>Choose PNG, or a smaller size.</source>
        <translation>PNG oder eine kleinere Größe wählen.</translation>
    </message>
    <message>
        <source>Choose Vary, and add a photo of the person on Create.</source>
        <translation>Variieren wählen und in Erstellen ein Foto der Person hinzufügen.</translation>
    </message>
    <message>
        <source>Choose Vary, and add the others on Create.</source>
        <translation>Wählen Sie „Variieren“, und nehmen Sie die anderen unter „Erstellen“ dazu.</translation>
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
        <source>Choose a LoRA for SDXL of the plain kind.</source>
        <translation>Wählen Sie eine gewöhnliche LoRA für SDXL.</translation>
    </message>
    <message>
        <source>Choose a LoRA made for SDXL.</source>
        <translation>Eine LoRA wählen, die für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Choose a PDF, JPEG, PNG or TIFF file.</source>
        <translation>Eine PDF-, JPEG-, PNG- oder TIFF-Datei wählen.</translation>
    </message>
    <message>
        <source>Choose a UNet made for SDXL.</source>
        <translation>Ein UNet wählen, das für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Choose a checkpoint as .safetensors: other forms can hold code.</source>
        <translation>Einen Checkpoint als .safetensors wählen: andere Formen können Code enthalten.</translation>
    </message>
    <message>
        <source>Choose a checkpoint made for SDXL that has all its parts in one .safetensors file.</source>
        <translation>Einen Checkpoint wählen, der für SDXL gemacht ist und alle Teile in einer .safetensors-Datei hat.</translation>
    </message>
    <message>
        <source>Choose a checkpoint made for SDXL that predicts noise or velocity.</source>
        <translation>Einen Checkpoint wählen, der für SDXL gemacht ist und Rauschen oder Geschwindigkeit vorhersagt.</translation>
    </message>
    <message>
        <source>Choose a checkpoint made for SDXL.</source>
        <translation>Einen Checkpoint wählen, der für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Choose a file made with: fastface models export.</source>
        <translation>Eine Datei wählen, die exportiert wurde: fastface models export.</translation>
    </message>
    <message>
        <source>Choose a file of styles, saved by this program.</source>
        <translation>Eine Datei mit Stilen wählen, die dieses Programm gespeichert hat.</translation>
    </message>
    <message>
        <source>Choose a file that `fastface generate` wrote.</source>
        <translation>Eine Datei wählen, die `fastface generate` geschrieben hat.</translation>
    </message>
    <message>
        <source>Choose a file that `fastface library backup` made, or another copy of it.</source>
        <translation>Eine Datei wählen, die `fastface library backup` gemacht hat, oder eine andere Kopie davon.</translation>
    </message>
    <message>
        <source>Choose a file.</source>
        <translation>Eine Datei wählen.</translation>
    </message>
    <message>
        <source>Choose a folder outside of it.</source>
        <translation>Einen Ordner außerhalb davon wählen.</translation>
    </message>
    <message>
        <source>Choose a folder with model files, a hub cache, a pack, or an SDXL checkpoint.</source>
        <translation>Einen Ordner mit Modelldateien, einen Hub-Cache, ein Paket oder einen SDXL-Checkpoint wählen.</translation>
    </message>
    <message>
        <source>Choose a folder with pictures.</source>
        <translation>Einen Ordner mit Bildern wählen.</translation>
    </message>
    <message>
        <source>Choose a model file as .safetensors.</source>
        <translation>Eine Modelldatei als .safetensors wählen.</translation>
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
        <source>Choose a photo that shows eyes, nose and mouth, sharp and from the front.</source>
        <translation>Ein Foto wählen, das Augen, Nase und Mund zeigt, scharf und von vorn.</translation>
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
        <source>Choose a preset that has it, or compare another setting.</source>
        <translation>Eine Vorgabe wählen, die sie hat, oder eine andere Einstellung vergleichen.</translation>
    </message>
    <message>
        <source>Choose a smaller size, fewer steps, or one picture.</source>
        <translation>Eine kleinere Größe, weniger Schritte oder nur ein Bild wählen.</translation>
    </message>
    <message>
        <source>Choose a smaller size.</source>
        <translation>Wählen Sie eine kleinere Größe.</translation>
    </message>
    <message>
        <source>Choose an adapter made for SDXL, of the kind that the checkpoint asks for.</source>
        <translation>Einen Adapter für SDXL von der Art wählen, die der Checkpoint verlangt.</translation>
    </message>
    <message>
        <source>Choose an empty folder, or remove that file.</source>
        <translation>Einen leeren Ordner wählen oder jene Datei entfernen.</translation>
    </message>
    <message>
        <source>Choose another device in Settings, or run `fastface doctor`.</source>
        <translation>In den Einstellungen ein anderes Gerät wählen, oder `fastface doctor` ausführen.</translation>
    </message>
    <message>
        <source>Choose another device in Settings, or use --device cpu.</source>
        <translation>In den Einstellungen ein anderes Gerät wählen, oder --device cpu verwenden.</translation>
    </message>
    <message>
        <source>Choose another drive for the pack.</source>
        <translation>Ein anderes Laufwerk für das Paket wählen.</translation>
    </message>
    <message>
        <source>Choose another drive, and have this one checked.</source>
        <translation>Wählen Sie ein anderes Laufwerk, und lassen Sie dieses prüfen.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>Choose another folder or allow reading it.</source>
        <translation>Einen anderen Ordner wählen oder das Lesen erlauben.</translation>
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
        <source>Choose another name.</source>
        <translation>Einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>Choose another naming pattern, or another profile.</source>
        <translation>Ein anderes Namensmuster oder ein anderes Profil wählen.</translation>
    </message>
    <message>
        <source>Choose another one, or install it in Models.</source>
        <translation>Einen anderen wählen oder ihn unter „Modelle“ installieren.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Eine andere wählen.</translation>
    </message>
    <message>
        <source>Choose another person.</source>
        <translation>Eine andere Person wählen.</translation>
    </message>
    <message>
        <source>Choose another photo.</source>
        <translation>Ein anderes Foto wählen.</translation>
    </message>
    <message>
        <source>Choose another picture.</source>
        <translation>Wählen Sie ein anderes Bild.</translation>
    </message>
    <message>
        <source>Choose another preset for several.</source>
        <translation>Wählen Sie für mehrere eine andere Vorgabe.</translation>
    </message>
    <message>
        <source>Choose another preset, or another model.</source>
        <translation>Wählen Sie eine andere Vorgabe oder ein anderes Modell.</translation>
    </message>
    <message>
        <source>Choose another profile, or PNG in sRGB.</source>
        <translation>Ein anderes Profil wählen, oder PNG in sRGB.</translation>
    </message>
    <message>
        <source>Choose another profile, or leave both out.</source>
        <translation>Ein anderes Profil wählen oder beides weglassen.</translation>
    </message>
    <message>
        <source>Choose another tag.</source>
        <translation>Ein anderes Schlagwort wählen.</translation>
    </message>
    <message>
        <source>Choose at least one photo.</source>
        <translation>Mindestens ein Foto wählen.</translation>
    </message>
    <message>
        <source>Choose it again, or export without a watermark.</source>
        <translation>Es noch einmal wählen oder ohne Wasserzeichen exportieren.</translation>
    </message>
    <message>
        <source>Choose one of its steps, or another preset.</source>
        <translation>Einen ihrer Schritte wählen, oder eine andere Vorgabe.</translation>
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
        <source>Choose shorter entries of its lists.</source>
        <translation>Kürzere Einträge der Listen wählen.</translation>
    </message>
    <message>
        <source>Choose somebody else.</source>
        <translation>Wählen Sie jemand anderen.</translation>
    </message>
    <message>
        <source>Choose that file itself: %1.</source>
        <translation>Diese Datei selbst wählen: %1.</translation>
    </message>
    <message>
        <source>Choose the CPU in Settings, or with --device cpu. `fastface doctor` says which torch fits.</source>
        <translation>Die CPU in den Einstellungen oder mit --device cpu wählen. `fastface doctor` sagt, welches torch passt.</translation>
    </message>
    <message>
        <source>Choose the best photos of one person.</source>
        <translation>Die besten Fotos einer Person wählen.</translation>
    </message>
    <message>
        <source>Choose the certificate and its key again in Settings.</source>
        <translation>Zertifikat und Schlüssel in den Einstellungen neu wählen.</translation>
    </message>
    <message>
        <source>Choose the folder or the file that holds the models.</source>
        <translation>Den Ordner oder die Datei mit den Modellen wählen.</translation>
    </message>
    <message>
        <source>Choose the photo again.</source>
        <translation>Das Foto noch einmal wählen.</translation>
    </message>
    <message>
        <source>Choose the photos inside it.</source>
        <translation>Die Fotos darin wählen.</translation>
    </message>
    <message>
        <source>Choose the same checkpoint as one .safetensors file that has all its parts.</source>
        <translation>Denselben Checkpoint als eine .safetensors-Datei wählen, die alle Teile enthält.</translation>
    </message>
    <message>
        <source>Close it and run `fastface library clean`.</source>
        <translation>Es schließen und `fastface library clean` ausführen.</translation>
    </message>
    <message>
        <source>Close it and try again.</source>
        <translation>Es schließen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Close it, and run `fastface library rebuild` again.</source>
        <translation>Schließen Sie es, und führen Sie `fastface library rebuild` noch einmal aus.</translation>
    </message>
    <message>
        <source>Close other programs that use the GPU.</source>
        <translation>Andere Programme schließen, die die GPU benutzen.</translation>
    </message>
    <message>
        <source>Close other programs, or use the starter model (--checkpoint starter), which runs on any computer.</source>
        <translation>Schließen Sie andere Programme, oder nehmen Sie das Startmodell (--checkpoint starter), das auf jedem Computer läuft.</translation>
    </message>
    <message>
        <source>Colours named by the file</source>
        <translation>Farben, die die Datei nennt</translation>
    </message>
    <message>
        <source>Compute on the CPU.</source>
        <translation>Auf der CPU rechnen.</translation>
    </message>
    <message>
        <source>Computed on %1, in %2.</source>
        <translation>Gerechnet auf %1, in %2.</translation>
    </message>
    <message>
        <source>Computing something with the GPU, in a process of its own</source>
        <translation>Rechnet etwas mit der GPU, in einem eigenen Prozess</translation>
    </message>
    <message>
        <source>Confirmed before a picture was made.</source>
        <translation>Bestätigt, bevor ein Bild erstellt wurde.</translation>
    </message>
    <message>
        <source>Connect its drive, or choose the pictures folder again in Settings.</source>
        <translation>Sein Laufwerk anschließen oder den Bilderordner in den Einstellungen noch einmal wählen.</translation>
    </message>
    <message>
        <source>Content filter</source>
        <translation>Inhaltsfilter</translation>
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
        <source>Copy the pack again from where it was made, with the same version of FastFace.</source>
        <translation>Das Paket noch einmal von dort kopieren, wo es gemacht wurde, mit derselben Version von FastFace.</translation>
    </message>
    <message>
        <source>Copy the pack again from where it was made. What was imported until now is kept.</source>
        <translation>Das Paket neu von dort kopieren, wo es gemacht wurde. Was bisher importiert ist, bleibt.</translation>
    </message>
    <message>
        <source>Copy the pack again, or update FastFace.</source>
        <translation>Das Paket neu kopieren oder FastFace aktualisieren.</translation>
    </message>
    <message>
        <source>Correct %1, or unset it.</source>
        <translation>%1 berichtigen oder aufheben.</translation>
    </message>
    <message>
        <source>Correct it and try again.</source>
        <translation>Den Wert berichtigen und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Correct it, or leave it empty for none.</source>
        <translation>Es berichtigen oder leer lassen.</translation>
    </message>
    <message>
        <source>Correct it, or unset it.</source>
        <translation>Sie berichtigen oder die Variable löschen.</translation>
    </message>
    <message>
        <source>Correct or delete the file %1.</source>
        <translation>Die Datei %1 berichtigen oder löschen.</translation>
    </message>
    <message>
        <source>Correct the name there.</source>
        <translation>Berichtigen Sie dort den Namen.</translation>
    </message>
    <message>
        <source>CreativeML Open RAIL++-M</source>
        <translation>CreativeML Open RAIL++-M</translation>
    </message>
    <message>
        <source>Creator and copyright are too long.</source>
        <translation>Urheber und Copyright sind zu lang.</translation>
    </message>
    <message>
        <source>Damaged: %1.</source>
        <translation>Beschädigt: %1.</translation>
    </message>
    <message>
        <source>Decoder that is exact in half precision</source>
        <translation>Decoder, der in halber Genauigkeit exakt ist</translation>
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
        <source>Delete one that is not used.</source>
        <translation>Einen löschen, der nicht gebraucht wird.</translation>
    </message>
    <message>
        <source>Divide it into several.</source>
        <translation>Teilen Sie ihn in mehrere.</translation>
    </message>
    <message>
        <source>Download it to this computer, and give the file&apos;s name.</source>
        <translation>Auf diesen Rechner herunterladen und den Namen der Datei angeben.</translation>
    </message>
    <message>
        <source>Download of %1</source>
        <translation>Laden von %1</translation>
    </message>
    <message>
        <source>Download the file itself, and not the page or the pointer that stands for it.</source>
        <translation>Die Datei selbst herunterladen und nicht die Seite oder den Verweis, der für sie steht.</translation>
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
        <source>Eight steps a picture with another distillation.</source>
        <translation>Acht Schritte je Bild mit einer anderen Destillation.</translation>
    </message>
    <message>
        <source>Eight steps a picture: slower, for more detail.</source>
        <translation>Acht Schritte je Bild: langsamer, mit mehr Einzelheiten.</translation>
    </message>
    <message>
        <source>Encoders wait in main memory, and come to the GPU one at a time.</source>
        <translation>Encoder warten im Hauptspeicher und kommen einzeln auf die GPU.</translation>
    </message>
    <message>
        <source>Encoders wait in main memory, and the picture is decoded in strips.</source>
        <translation>Encoder warten im Hauptspeicher, und das Bild wird in Streifen dekodiert.</translation>
    </message>
    <message>
        <source>Euler a</source>
        <translation>Euler a</translation>
    </message>
    <message>
        <source>Every part allows commercial use, with any number of steps from 2 to 8. Expect a weaker likeness.</source>
        <translation>Jeder Teil erlaubt kommerzielle Nutzung, mit 2 bis 8 Schritten. Die Ähnlichkeit ist schwächer.</translation>
    </message>
    <message>
        <source>Every part allows commercial use. Expect a weaker likeness.</source>
        <translation>Jeder Teil erlaubt kommerzielle Nutzung. Die Ähnlichkeit ist schwächer.</translation>
    </message>
    <message>
        <source>Everything stays on the GPU.</source>
        <translation>Alles bleibt auf der GPU.</translation>
    </message>
    <message>
        <source>Export it as JPEG or TIFF from your photo program and choose that.</source>
        <translation>Aus dem Fotoprogramm als JPEG oder TIFF exportieren und das wählen.</translation>
    </message>
    <message>
        <source>Exported pictures say that a model made them</source>
        <translation>Exportierte Bilder sagen, dass ein Modell sie gemacht hat</translation>
    </message>
    <message>
        <source>Exporting picture %1 of %2</source>
        <translation>Bild %1 von %2 wird exportiert</translation>
    </message>
    <message>
        <source>Face adapter FaceID</source>
        <translation>Gesichtsadapter FaceID</translation>
    </message>
    <message>
        <source>Face adapter FaceID-Plus-v2</source>
        <translation>Gesichtsadapter FaceID-Plus-v2</translation>
    </message>
    <message>
        <source>Face adapter FaceID-Portrait</source>
        <translation>Gesichtsadapter FaceID-Portrait</translation>
    </message>
    <message>
        <source>Face adapter InstantID</source>
        <translation>Gesichtsadapter InstantID</translation>
    </message>
    <message>
        <source>Face adapter Plus-Face</source>
        <translation>Gesichtsadapter Plus-Face</translation>
    </message>
    <message>
        <source>Face adapter PuLID v1</source>
        <translation>Gesichtsadapter PuLID v1</translation>
    </message>
    <message>
        <source>Face adapter PuLID v1.1</source>
        <translation>Gesichtsadapter PuLID v1.1</translation>
    </message>
    <message>
        <source>Face detector and recogniser antelopev2 of insightface</source>
        <translation>Gesichtserkennung antelopev2 von insightface</translation>
    </message>
    <message>
        <source>Face detector and recogniser of insightface</source>
        <translation>Gesichtsfinder und -erkenner von insightface</translation>
    </message>
    <message>
        <source>Face recogniser AuraFace</source>
        <translation>Gesichtserkenner AuraFace</translation>
    </message>
    <message>
        <source>FaceID, 4 steps</source>
        <translation>FaceID, 4 Schritte</translation>
    </message>
    <message>
        <source>FaceID-Portrait, 4 steps</source>
        <translation>FaceID-Portrait, 4 Schritte</translation>
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
        <source>Fetch the file itself with: git lfs pull. Or download it from its page.</source>
        <translation>Die Datei selbst holen mit: git lfs pull. Oder sie von ihrer Seite herunterladen.</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>Datei zu groß</translation>
    </message>
    <message>
        <source>Finish the download, and import the file then.</source>
        <translation>Den Download beenden und die Datei dann importieren.</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>Erste Schritte</translation>
    </message>
    <message>
        <source>Flux or a model built like it</source>
        <translation>Flux oder ein ebenso gebautes Modell</translation>
    </message>
    <message>
        <source>For commercial use: LCM, 2 to 8 steps</source>
        <translation>Für kommerzielle Nutzung: LCM, 2 bis 8 Schritte</translation>
    </message>
    <message>
        <source>For commercial use: SDXL-Lightning, 4 steps</source>
        <translation>Für kommerzielle Nutzung: SDXL-Lightning, 4 Schritte</translation>
    </message>
    <message>
        <source>For non-commercial research. Commercial use needs a licence from insightface.</source>
        <translation>Für nicht kommerzielle Forschung. Kommerzielle Nutzung braucht eine Lizenz von insightface.</translation>
    </message>
    <message>
        <source>For private and research use. Pictures made with it must not be used commercially.</source>
        <translation>Für privaten Gebrauch und Forschung. Bilder, die damit gemacht sind, dürfen nicht kommerziell genutzt werden.</translation>
    </message>
    <message>
        <source>For private and research use. Whoever earns less than a million US dollars a year may use it commercially too, once registered with Stability AI; others need an agreement.</source>
        <translation>Für private Zwecke und Forschung. Wer weniger als eine Million US-Dollar im Jahr verdient, darf es auch kommerziell nutzen, sobald er sich bei Stability AI registriert hat; andere brauchen eine Vereinbarung.</translation>
    </message>
    <message>
        <source>For private and research use: it was trained on pictures that are given away for non-commercial research alone. The licence of its code, MIT, says nothing of its weights.</source>
        <translation>Für private Zwecke und Forschung: Es wurde an Bildern trainiert, die nur für nicht kommerzielle Forschung weitergegeben werden. Die Lizenz seines Codes, MIT, sagt nichts über seine Gewichte.</translation>
    </message>
    <message>
        <source>For research and private use, as its authors&apos; description says. Pictures made with it must not be used commercially.</source>
        <translation>Für Forschung und privaten Gebrauch, wie die Beschreibung der Autoren sagt. Damit gemachte Bilder dürfen nicht gewerblich genutzt werden.</translation>
    </message>
    <message>
        <source>Forget this person, or restore the folder of people from a backup, and try again.</source>
        <translation>Vergessen Sie diese Person, oder holen Sie den Ordner der Personen aus einer Sicherung zurück, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Four steps a picture that changes the scene as little as it can.</source>
        <translation>Vier Schritte je Bild, das die Szene so wenig wie möglich verändert.</translation>
    </message>
    <message>
        <source>Four steps a picture with another distillation, for another look.</source>
        <translation>Vier Schritte je Bild mit einer anderen Destillation, für ein anderes Aussehen.</translation>
    </message>
    <message>
        <source>Four steps a picture with less of the photo&apos;s light and expression in it.</source>
        <translation>Vier Schritte je Bild, mit weniger vom Licht und Ausdruck des Fotos.</translation>
    </message>
    <message>
        <source>Four steps a picture, for several photos of a person side by side.</source>
        <translation>Vier Schritte je Bild, für mehrere Fotos einer Person nebeneinander.</translation>
    </message>
    <message>
        <source>Four steps a picture, with the pose from the photo.</source>
        <translation>Vier Schritte je Bild, mit der Haltung aus dem Foto.</translation>
    </message>
    <message>
        <source>Four steps a picture: the one to start with.</source>
        <translation>Vier Schritte je Bild: das Modell für den Anfang.</translation>
    </message>
    <message>
        <source>Free for private and commercial use.</source>
        <translation>Frei für private und kommerzielle Nutzung.</translation>
    </message>
    <message>
        <source>Free for private and commercial use. You must not use it for what the licence&apos;s list of restrictions forbids, such as harming, deceiving or exploiting people.</source>
        <translation>Frei für private und kommerzielle Nutzung. Verboten ist, was die Liste der Beschränkungen in der Lizenz nennt, zum Beispiel Menschen zu schaden, sie zu täuschen oder auszubeuten.</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>Platz schaffen und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Free some space or choose another folder.</source>
        <translation>Platz schaffen oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Free some space, or %1.</source>
        <translation>Platz frei machen, oder: %1.</translation>
    </message>
    <message>
        <source>Free some space.</source>
        <translation>Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>Free some space: %1 GB are wanted here.</source>
        <translation>Platz schaffen: Hier werden %1 GB gebraucht.</translation>
    </message>
    <message>
        <source>From where on a picture is good is not known for this model: its recogniser was not fitted to pairs of people.</source>
        <translation>Ab wo ein Bild gut ist, ist für dieses Modell nicht bekannt: Sein Erkenner wurde nicht an Paare von Personen angepasst.</translation>
    </message>
    <message>
        <source>Full-size models</source>
        <translation>Modelle in voller Größe</translation>
    </message>
    <message>
        <source>Full-size models load more smoothly with 16 GB.</source>
        <translation>Große Modelle laden mit 16 GB glatter.</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>GPU-Speicher</translation>
    </message>
    <message>
        <source>Get an installer from %1.</source>
        <translation>Ein Installationsprogramm gibt es auf %1.</translation>
    </message>
    <message>
        <source>Get it again, or repair it with: fastface models repair.</source>
        <translation>Sie noch einmal laden oder reparieren mit: fastface models repair.</translation>
    </message>
    <message>
        <source>Get it from its original source, as .safetensors where there is a choice.</source>
        <translation>Von der ursprünglichen Quelle holen, wenn möglich als .safetensors.</translation>
    </message>
    <message>
        <source>Get it from its source again, or choose another checkpoint made for SDXL.</source>
        <translation>Ihn noch einmal von seiner Quelle holen oder einen anderen Checkpoint wählen, der für SDXL gemacht ist.</translation>
    </message>
    <message>
        <source>Get it from its source again.</source>
        <translation>Sie noch einmal von ihrer Quelle holen.</translation>
    </message>
    <message>
        <source>Get it in Settings or with: fastface runtime install.</source>
        <translation>Zu holen in den Einstellungen oder mit: fastface runtime install.</translation>
    </message>
    <message>
        <source>Get it in that form: others can hold programs.</source>
        <translation>In dieser Form beschaffen: Andere können Programme enthalten.</translation>
    </message>
    <message>
        <source>Get it on the page Models, or with: fastface models download %1.</source>
        <translation>Holen Sie es auf der Seite „Modelle“ oder mit: fastface models download %1.</translation>
    </message>
    <message>
        <source>Get it with: fastface models download %1.</source>
        <translation>Zu holen mit: fastface models download %1.</translation>
    </message>
    <message>
        <source>Get it with: fastface models download %1. Or use --checkpoint %2.</source>
        <translation>Holen mit: fastface models download %1. Oder --checkpoint %2 verwenden.</translation>
    </message>
    <message>
        <source>Get the files from their source again, and import them then.</source>
        <translation>Die Dateien neu aus ihrer Quelle holen und dann importieren.</translation>
    </message>
    <message>
        <source>Get the judges of pictures among the models, or write prompts that ask for expressions.</source>
        <translation>Laden Sie bei den Modellen die Bewerter von Bildern, oder schreiben Sie Prompts, die einen Ausdruck verlangen.</translation>
    </message>
    <message>
        <source>Get the new version from FastFace&apos;s own page.</source>
        <translation>Die neue Version gibt es auf der Seite von FastFace.</translation>
    </message>
    <message>
        <source>Give %1 at most.</source>
        <translation>Geben Sie höchstens %1 an.</translation>
    </message>
    <message>
        <source>Give a picture&apos;s number from `fastface gallery list`, or its path.</source>
        <translation>Die Nummer eines Bildes aus `fastface gallery list` angeben oder seinen Pfad.</translation>
    </message>
    <message>
        <source>Give a text file with one prompt on each line.</source>
        <translation>Geben Sie eine Textdatei mit einem Prompt auf jeder Zeile an.</translation>
    </message>
    <message>
        <source>Give another name with --name, or remove that one first.</source>
        <translation>Mit --name einen anderen Namen geben oder jene zuerst entfernen.</translation>
    </message>
    <message>
        <source>Give fewer values.</source>
        <translation>Weniger Werte angeben.</translation>
    </message>
    <message>
        <source>Give it %1 at most.</source>
        <translation>Geben Sie ihm höchstens %1.</translation>
    </message>
    <message>
        <source>Give it another name, and import it then.</source>
        <translation>Geben Sie ihr einen anderen Namen, und importieren Sie sie dann.</translation>
    </message>
    <message>
        <source>Give it the ending .safetensors, and import it then.</source>
        <translation>Ihr die Endung .safetensors geben und sie dann importieren.</translation>
    </message>
    <message>
        <source>Give one for each photo, and each photo once.</source>
        <translation>Für jedes Foto eines angeben, und jedes Foto einmal.</translation>
    </message>
    <message>
        <source>Give the name of a file for the pack.</source>
        <translation>Den Namen einer Datei für das Paket angeben.</translation>
    </message>
    <message>
        <source>Give the preset another name and import it again.</source>
        <translation>Der Vorgabe einen anderen Namen geben und sie noch einmal importieren.</translation>
    </message>
    <message>
        <source>Give this one another name with --name.</source>
        <translation>Dieser mit --name einen anderen Namen geben.</translation>
    </message>
    <message>
        <source>Go on with it: it is written again.</source>
        <translation>Setzen Sie sie fort: Es wird noch einmal geschrieben.</translation>
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
        <source>HF_ENDPOINT is not possible: %1.</source>
        <translation>HF_ENDPOINT ist nicht möglich: %1.</translation>
    </message>
    <message>
        <source>HF_TOKEN is not possible: %1.</source>
        <translation>HF_TOKEN ist nicht möglich: %1.</translation>
    </message>
    <message>
        <source>Held back by the content filter as not safe for work: %1. Try another prompt or seed, or switch it off in Settings.</source>
        <translation>Vom Inhaltsfilter als nicht jugendfrei zurückgehalten: %1. Einen anderen Prompt oder Startwert versuchen, oder den Filter in den Einstellungen ausschalten.</translation>
    </message>
    <message>
        <source>Hyper-SD for 1 step</source>
        <translation>Hyper-SD für 1 Schritt</translation>
    </message>
    <message>
        <source>Hyper-SD for 2 steps</source>
        <translation>Hyper-SD für 2 Schritte</translation>
    </message>
    <message>
        <source>Hyper-SD for 4 steps</source>
        <translation>Hyper-SD für 4 Schritte</translation>
    </message>
    <message>
        <source>Hyper-SD for 8 steps</source>
        <translation>Hyper-SD für 8 Schritte</translation>
    </message>
    <message>
        <source>Hyper-SD, 1 step</source>
        <translation>Hyper-SD, 1 Schritt</translation>
    </message>
    <message>
        <source>Hyper-SD, 2 steps</source>
        <translation>Hyper-SD, 2 Schritte</translation>
    </message>
    <message>
        <source>Hyper-SD, 4 steps</source>
        <translation>Hyper-SD, 4 Schritte</translation>
    </message>
    <message>
        <source>Hyper-SD, 8 steps</source>
        <translation>Hyper-SD, 8 Schritte</translation>
    </message>
    <message>
        <source>IP-Adapter-FaceID, non-commercial</source>
        <translation>IP-Adapter-FaceID, nicht kommerziell</translation>
    </message>
    <message>
        <source>Identity weight</source>
        <translation>Identitätsgewicht</translation>
    </message>
    <message>
        <source>If nobody else was at this computer, make it again: `fastface people unprotect`, then `protect`.</source>
        <translation>Wenn niemand sonst an diesem Computer war, legen Sie es neu an: `fastface people unprotect`, dann `protect`.</translation>
    </message>
    <message>
        <source>If this network asks for a log-in in the browser, do that first; else check the mirror and the proxy.</source>
        <translation>Wenn dieses Netz eine Anmeldung im Browser verlangt, diese zuerst erledigen; sonst Spiegel und Proxy prüfen.</translation>
    </message>
    <message>
        <source>Image encoder CLIP ViT-H</source>
        <translation>Bildencoder CLIP ViT-H</translation>
    </message>
    <message>
        <source>Image encoder EVA02-CLIP-L</source>
        <translation>Bildencoder EVA02-CLIP-L</translation>
    </message>
    <message>
        <source>ImageReward 1.0</source>
        <translation>ImageReward 1.0</translation>
    </message>
    <message>
        <source>Import one of them alone to see why.</source>
        <translation>Eine davon allein importieren, um zu sehen, warum.</translation>
    </message>
    <message>
        <source>In the trash.</source>
        <translation>Im Papierkorb.</translation>
    </message>
    <message>
        <source>Install FastFace again.</source>
        <translation>FastFace neu installieren.</translation>
    </message>
    <message>
        <source>Install FastFace with pip, and torch %1 from %2.</source>
        <translation>FastFace mit pip installieren, und torch %1 von %2.</translation>
    </message>
    <message>
        <source>Install a torch built for CUDA from %1/%2.</source>
        <translation>Ein für CUDA gebautes torch installieren, von %1/%2.</translation>
    </message>
    <message>
        <source>Install it again, in Settings or with: fastface runtime install.</source>
        <translation>Sie noch einmal installieren, in den Einstellungen oder mit: fastface runtime install.</translation>
    </message>
    <message>
        <source>Install it with: pip install c2pa-python</source>
        <translation>Installieren mit: pip install c2pa-python</translation>
    </message>
    <message>
        <source>Install it, and try again.</source>
        <translation>Installiere sie und versuch es noch einmal.</translation>
    </message>
    <message>
        <source>Install that version, or a newer one.</source>
        <translation>Diese Version oder eine neuere installieren.</translation>
    </message>
    <message>
        <source>Install that version, or a newer one; or run `fastface library rebuild`, which makes it again.</source>
        <translation>Installieren Sie diese oder eine neuere Version, oder führen Sie `fastface library rebuild` aus, das sie neu anlegt.</translation>
    </message>
    <message>
        <source>Install the model again.</source>
        <translation>Das Modell noch einmal installieren.</translation>
    </message>
    <message>
        <source>Install the newest driver from the GPU&apos;s maker, and look again.</source>
        <translation>Den neuesten Treiber des Herstellers der GPU installieren und noch einmal nachsehen.</translation>
    </message>
    <message>
        <source>Install the program again, or correct FASTFACE_CATALOGUE.</source>
        <translation>Das Programm noch einmal installieren oder FASTFACE_CATALOGUE berichtigen.</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>Das Programm neu installieren.</translation>
    </message>
    <message>
        <source>Install the runtime again.</source>
        <translation>Die Laufzeit noch einmal installieren.</translation>
    </message>
    <message>
        <source>Install the torch from %1/%2.</source>
        <translation>Das torch von %1/%2 installieren.</translation>
    </message>
    <message>
        <source>Install the update again, which fetches it again.</source>
        <translation>Die Aktualisierung noch einmal installieren; sie wird dann neu geholt.</translation>
    </message>
    <message>
        <source>InstantID&apos;s control network</source>
        <translation>Kontrollnetz von InstantID</translation>
    </message>
    <message>
        <source>InstantID, 4 steps</source>
        <translation>InstantID, 4 Schritte</translation>
    </message>
    <message>
        <source>InstantID, research only</source>
        <translation>InstantID, nur Forschung</translation>
    </message>
    <message>
        <source>Intel Arc has a build of torch (XPU): install FastFace with pip, and torch as %1 says.</source>
        <translation>Für Intel Arc gibt es torch (XPU): FastFace mit pip installieren, und torch, wie es auf %1 steht.</translation>
    </message>
    <message>
        <source>Intel GPU</source>
        <translation>Intel-GPU</translation>
    </message>
    <message>
        <source>It goes on once the people are unlocked.</source>
        <translation>Es geht weiter, sobald die Personen entsperrt sind.</translation>
    </message>
    <message>
        <source>It is in use; its version could not be read.</source>
        <translation>Er ist in Gebrauch; seine Version ließ sich nicht lesen.</translation>
    </message>
    <message>
        <source>It is missing or damaged.</source>
        <translation>Es fehlt oder ist beschädigt.</translation>
    </message>
    <message>
        <source>It is not known where person %1 stands in their photo.</source>
        <translation>Es ist nicht bekannt, wo Person %1 auf ihrem Foto steht.</translation>
    </message>
    <message>
        <source>It lies in %1. Delete it, or put it back with the file person.json that it lacks.</source>
        <translation>Er liegt in %1. Löschen Sie ihn, oder legen Sie ihn mit der Datei person.json zurück, die ihm fehlt.</translation>
    </message>
    <message>
        <source>It was made by %1: update FastFace on the older of the two computers.</source>
        <translation>Es wurde von %1 gemacht: FastFace auf dem älteren der beiden Computer aktualisieren.</translation>
    </message>
    <message>
        <source>It was not said yet whether this person agreed to pictures.</source>
        <translation>Es wurde noch nicht gesagt, ob diese Person mit Bildern einverstanden ist.</translation>
    </message>
    <message>
        <source>Judges of pictures</source>
        <translation>Bewerter von Bildern</translation>
    </message>
    <message>
        <source>LAION&apos;s aesthetic head, with the CLIP that it was trained on</source>
        <translation>LAIONs ästhetischer Kopf mit dem CLIP, auf dem er trainiert wurde</translation>
    </message>
    <message>
        <source>LCM for SDXL</source>
        <translation>LCM für SDXL</translation>
    </message>
    <message>
        <source>LCM, 2 to 8 steps</source>
        <translation>LCM, 2 bis 8 Schritte</translation>
    </message>
    <message>
        <source>Leave out what comes before the path.</source>
        <translation>Weglassen, was vor dem Pfad steht.</translation>
    </message>
    <message>
        <source>Let SSL_CERT_FILE name a file with certificates.</source>
        <translation>SSL_CERT_FILE eine Datei mit Zertifikaten nennen lassen.</translation>
    </message>
    <message>
        <source>LoCon with Tucker&apos;s decomposition</source>
        <translation>LoCon mit Tucker-Zerlegung</translation>
    </message>
    <message>
        <source>LoRA strength</source>
        <translation>LoRA-Stärke</translation>
    </message>
    <message>
        <source>Loading the UNet</source>
        <translation>Das UNet wird geladen</translation>
    </message>
    <message>
        <source>Loading the content filter</source>
        <translation>Inhaltsfilter wird geladen</translation>
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
        <source>Look for a newer version of FastFace.</source>
        <translation>Nach einer neueren Version von FastFace sehen.</translation>
    </message>
    <message>
        <source>Look into the folders before-restore-* beside it for your library, and delete the file.</source>
        <translation>Suchen Sie Ihre Bibliothek in den Ordnern before-restore-* daneben, und löschen Sie die Datei.</translation>
    </message>
    <message>
        <source>Look on FastFace&apos;s page for what it needs.</source>
        <translation>Auf der Seite von FastFace nachsehen, was es braucht.</translation>
    </message>
    <message>
        <source>Look whether everything is there.</source>
        <translation>Sehen Sie nach, ob alles da ist.</translation>
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
        <source>Looking at the people</source>
        <translation>Die Personen werden angesehen</translation>
    </message>
    <message>
        <source>Looking at the photos of %1</source>
        <translation>Die Fotos von %1 werden angesehen</translation>
    </message>
    <message>
        <source>Looking for updates</source>
        <translation>Sucht nach Aktualisierungen</translation>
    </message>
    <message>
        <source>Lumina or Z-Image</source>
        <translation>Lumina oder Z-Image</translation>
    </message>
    <message>
        <source>MIT</source>
        <translation>MIT</translation>
    </message>
    <message>
        <source>Made by a trained model.</source>
        <translation>Von einem trainierten Modell gemacht.</translation>
    </message>
    <message>
        <source>Make a first picture on Create.</source>
        <translation>Ein erstes Bild in „Erstellen“ machen.</translation>
    </message>
    <message>
        <source>Make a style of your own.</source>
        <translation>Einen eigenen Stil anlegen.</translation>
    </message>
    <message>
        <source>Make it, or choose another one.</source>
        <translation>Ihn anlegen oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>Make one on %1, put it into Settings or run: fastface network token. Then try again.</source>
        <translation>Einen auf %1 anlegen, in den Einstellungen eintragen oder eingeben: fastface network token. Dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Makes the attention to the face a soft mask that follows the steps. For realistic portraits.</source>
        <translation>Macht aus der Aufmerksamkeit für das Gesicht eine weiche Maske, die den Schritten folgt. Für realistische Porträts.</translation>
    </message>
    <message>
        <source>Measuring pictures</source>
        <translation>Bilder werden gemessen</translation>
    </message>
    <message>
        <source>Missing: %1.</source>
        <translation>Es fehlt: %1.</translation>
    </message>
    <message>
        <source>Models folder</source>
        <translation>Modellordner</translation>
    </message>
    <message>
        <source>Move it elsewhere, and try again.</source>
        <translation>Anderswohin verschieben und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Moving pictures: %1 of %2</source>
        <translation>Bilder werden verschoben: %1 von %2</translation>
    </message>
    <message>
        <source>Moving the model to %1</source>
        <translation>Das Modell kommt auf %1</translation>
    </message>
    <message>
        <source>Name fewer, or shorter ones.</source>
        <translation>Weniger oder kürzere nennen.</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>Negativer Prompt</translation>
    </message>
    <message>
        <source>Negative prompt: %1</source>
        <translation>Negativer Prompt: %1</translation>
    </message>
    <message>
        <source>No GPU runtime is installed.</source>
        <translation>Es ist keine Laufzeit für eine GPU installiert.</translation>
    </message>
    <message>
        <source>No GPU was found that torch has a build for: pictures are computed on the CPU.</source>
        <translation>Es wurde keine GPU gefunden, für die es torch gibt: Bilder werden auf der CPU gerechnet.</translation>
    </message>
    <message>
        <source>No NVIDIA GPU was found; pictures are computed on the CPU, which takes minutes with full-size models.</source>
        <translation>Keine NVIDIA-GPU gefunden; Bilder werden auf der CPU gerechnet, was mit großen Modellen Minuten dauert.</translation>
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
        <source>No label.</source>
        <translation>Keine Farbe.</translation>
    </message>
    <message>
        <source>No longer a stack.</source>
        <translation>Kein Stapel mehr.</translation>
    </message>
    <message>
        <source>No longer rejected.</source>
        <translation>Nicht mehr abgelehnt.</translation>
    </message>
    <message>
        <source>No model with the face adapter %1 is installed.</source>
        <translation>Kein Modell mit dem Gesichtsadapter %1 ist installiert.</translation>
    </message>
    <message>
        <source>No permission of %1 is noted.</source>
        <translation>Von %1 ist keine Einwilligung notiert.</translation>
    </message>
    <message>
        <source>No permission of %1 that still holds is noted.</source>
        <translation>Von %1 ist keine Einwilligung notiert, die noch gilt.</translation>
    </message>
    <message>
        <source>No photo of %1 can be used.</source>
        <translation>Kein Foto von %1 lässt sich verwenden.</translation>
    </message>
    <message>
        <source>No stars.</source>
        <translation>Keine Sterne.</translation>
    </message>
    <message>
        <source>Note it on the page People, then try again.</source>
        <translation>Sie auf der Seite „Personen“ notieren, dann noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Notes have at most %1 letters.</source>
        <translation>Notizen haben höchstens %1 Buchstaben.</translation>
    </message>
    <message>
        <source>Nothing can be imported, because what was found is damaged: %1.</source>
        <translation>Nichts lässt sich importieren, denn was gefunden wurde, ist beschädigt: %1.</translation>
    </message>
    <message>
        <source>Nothing here measures how pictures follow these prompts.</source>
        <translation>Nichts misst hier, wie Bilder diesen Prompts folgen.</translation>
    </message>
    <message>
        <source>Nothing in %1 can be taken over; %2, for one: %3.</source>
        <translation>Nichts in %1 lässt sich übernehmen; zum Beispiel %2: %3.</translation>
    </message>
    <message>
        <source>Nothing is named &quot;%1&quot;.</source>
        <translation>Nichts heißt „%1“.</translation>
    </message>
    <message>
        <source>Nothing is seen of the watermark %1.</source>
        <translation>Vom Wasserzeichen %1 ist nichts zu sehen.</translation>
    </message>
    <message>
        <source>Nothing is to be done.</source>
        <translation>Es ist nichts zu tun.</translation>
    </message>
    <message>
        <source>Nothing of %1 can be removed: it is not installed, or all of it is needed.</source>
        <translation>Von %1 kann nichts entfernt werden: Es ist nicht installiert, oder alles davon wird gebraucht.</translation>
    </message>
    <message>
        <source>Nothing that this program knows was found in %1, but %2 is a checkpoint.</source>
        <translation>In %1 wurde nichts gefunden, was dieses Programm kennt, aber %2 ist ein Checkpoint.</translation>
    </message>
    <message>
        <source>Nothing that this program knows was found in %1.</source>
        <translation>In %1 wurde nichts gefunden, was dieses Programm kennt.</translation>
    </message>
    <message>
        <source>Now a stack.</source>
        <translation>Jetzt ein Stapel.</translation>
    </message>
    <message>
        <source>One computation</source>
        <translation>Eine Berechnung</translation>
    </message>
    <message>
        <source>One model for any number of steps from 2 to 8.</source>
        <translation>Ein Modell für 2 bis 8 Schritte.</translation>
    </message>
    <message>
        <source>One photo seems to show someone else: remove it, or choose another face in it.</source>
        <translation>Ein Foto zeigt anscheinend jemand anderen: es entfernen oder ein anderes Gesicht darin wählen.</translation>
    </message>
    <message>
        <source>One step a picture: for trying out prompts.</source>
        <translation>Ein Schritt je Bild: um Prompts auszuprobieren.</translation>
    </message>
    <message>
        <source>One that counts as 1 counts as usual.</source>
        <translation>Eines, das 1 zählt, zählt wie üblich.</translation>
    </message>
    <message>
        <source>Only %1 of %2 people were found in the picture.</source>
        <translation>Nur %1 von %2 Personen wurden im Bild gefunden.</translation>
    </message>
    <message>
        <source>Open it in a text editor and mend it, or choose another file.</source>
        <translation>In einem Texteditor öffnen und berichtigen oder eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>Own LoRAs</source>
        <translation>Eigene LoRAs</translation>
    </message>
    <message>
        <source>Parser of faces BiSeNet</source>
        <translation>Gesichtszerleger BiSeNet</translation>
    </message>
    <message>
        <source>Parts of the UNet wait in main memory, and come while others compute; encoders wait too, and the picture is decoded in strips.</source>
        <translation>Teile des UNets warten im Hauptspeicher und kommen, während andere rechnen; auch Encoder warten, und das Bild wird in Streifen dekodiert.</translation>
    </message>
    <message>
        <source>Pause it, then try again.</source>
        <translation>Halten Sie ihn an, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Photo %1, %2, seems to show someone else than the others.</source>
        <translation>Foto %1, %2, scheint jemand anderen zu zeigen als die übrigen.</translation>
    </message>
    <message>
        <source>Picture %1 cannot be exported.</source>
        <translation>Bild %1 lässt sich nicht exportieren.</translation>
    </message>
    <message>
        <source>Picture, {day}</source>
        <translation>Bild, {day}</translation>
    </message>
    <message>
        <source>Pictures are computed as before. Update the GPU&apos;s driver, and install the runtime again.</source>
        <translation>Bilder werden gerechnet wie zuvor. Den Treiber der GPU erneuern, und die Laufzeit noch einmal installieren.</translation>
    </message>
    <message>
        <source>Pictures are computed on the CPU; the starter model works well on it.</source>
        <translation>Bilder werden auf der CPU gerechnet; das Startermodell arbeitet gut darauf.</translation>
    </message>
    <message>
        <source>Pictures cannot be sorted by &quot;%1&quot;.</source>
        <translation>Bilder können nicht nach „%1“ sortiert werden.</translation>
    </message>
    <message>
        <source>Pictures folder</source>
        <translation>Bilderordner</translation>
    </message>
    <message>
        <source>Pictures with a likeness of %1: %2 of %3.</source>
        <translation>Bilder mit einer Ähnlichkeit von %L1: %2 von %3.</translation>
    </message>
    <message>
        <source>Pictures with a match of %1 with the drawing: %2 of %3.</source>
        <translation>Bilder mit einer Übereinstimmung von %L1 mit der Zeichnung: %2 von %3.</translation>
    </message>
    <message>
        <source>PixArt or LTX</source>
        <translation>PixArt oder LTX</translation>
    </message>
    <message>
        <source>Pose strength</source>
        <translation>Stärke der Pose</translation>
    </message>
    <message>
        <source>Power exponent</source>
        <translation>Power-Exponent</translation>
    </message>
    <message>
        <source>Preparing %1</source>
        <translation>%1 wird vorbereitet</translation>
    </message>
    <message>
        <source>Previews</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Proof sheet of %1</source>
        <translation>Kontaktbogen von %1</translation>
    </message>
    <message>
        <source>PuLID v1, 4 steps</source>
        <translation>PuLID v1, 4 Schritte</translation>
    </message>
    <message>
        <source>PuLID v1.1, 20 to 50 steps</source>
        <translation>PuLID v1.1, 20 bis 50 Schritte</translation>
    </message>
    <message>
        <source>Put %1.txt with one entry in each line into %2.</source>
        <translation>%1.txt mit einem Eintrag je Zeile in %2 ablegen.</translation>
    </message>
    <message>
        <source>Put a %1 there, or give --prompts FILE.</source>
        <translation>Legen Sie eine Datei %1 dorthin, oder geben Sie --prompts DATEI an.</translation>
    </message>
    <message>
        <source>Put a valid one into Settings, or run: fastface network token.</source>
        <translation>Einen gültigen in den Einstellungen eintragen, oder eingeben: fastface network token.</translation>
    </message>
    <message>
        <source>Put it back from a backup. With another lock they could never be opened again.</source>
        <translation>Holen Sie sie aus einer Sicherung zurück. Mit einem anderen Schloss ließen sie sich nie wieder öffnen.</translation>
    </message>
    <message>
        <source>Put it back from a backup; without it nobody can open them.</source>
        <translation>Holen Sie sie aus einer Sicherung zurück; ohne sie kann niemand sie öffnen.</translation>
    </message>
    <message>
        <source>Put its file into own/loras in the models folder.</source>
        <translation>Legen Sie die Datei in own/loras im Modellordner ab.</translation>
    </message>
    <message>
        <source>Put one photo or folder of each person there.</source>
        <translation>Legen Sie von jeder Person ein Foto oder einen Ordner dorthin.</translation>
    </message>
    <message>
        <source>Put photos of one person into it.</source>
        <translation>Legen Sie Fotos einer Person hinein.</translation>
    </message>
    <message>
        <source>Put them into the proxy&apos;s address: http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>Beides in die Adresse des Proxys schreiben: http://NAME:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>Read them with: fastface models licences. Then repeat the command with --accept-licences.</source>
        <translation>Zu lesen mit: fastface models licences. Dann den Befehl mit --accept-licences wiederholen.</translation>
    </message>
    <message>
        <source>Reading or writing in %1 failed.</source>
        <translation>Lesen oder Schreiben in %1 ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>Reading pictures: %1 of %2</source>
        <translation>Bilder werden gelesen: %1 von %2</translation>
    </message>
    <message>
        <source>Reading the backup: %1 of %2</source>
        <translation>Die Sicherung wird gelesen: %1 von %2</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>Der Prompt wird gelesen</translation>
    </message>
    <message>
        <source>Recognises pictures that are not safe for work.</source>
        <translation>Erkennt Bilder, die nicht jugendfrei sind.</translation>
    </message>
    <message>
        <source>Remove first what needs it: %1.</source>
        <translation>Zuerst entfernen, was es braucht: %1.</translation>
    </message>
    <message>
        <source>Remove it, and add it again.</source>
        <translation>Es entfernen und noch einmal hinzufügen.</translation>
    </message>
    <message>
        <source>Remove it, or choose another face in it.</source>
        <translation>Das Foto entfernen oder ein anderes Gesicht darin wählen.</translation>
    </message>
    <message>
        <source>Remove one first.</source>
        <translation>Zuerst eines entfernen.</translation>
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
        <source>Remove the runtime and install it again.</source>
        <translation>Die Laufzeit entfernen und noch einmal installieren.</translation>
    </message>
    <message>
        <source>Renew it, and choose the new one.</source>
        <translation>Es erneuern und das neue wählen.</translation>
    </message>
    <message>
        <source>Repair it on the page Models or with: fastface models repair. Without it: --no-content-filter, or Settings.</source>
        <translation>Auf der Seite „Modelle“ reparieren, oder mit: fastface models repair. Ohne ihn: --no-content-filter, oder Einstellungen.</translation>
    </message>
    <message>
        <source>Repair it with: fastface models repair.</source>
        <translation>Zu reparieren mit: fastface models repair.</translation>
    </message>
    <message>
        <source>Repair of %1</source>
        <translation>Reparatur von %1</translation>
    </message>
    <message>
        <source>Replace it in Settings or with: fastface runtime install.</source>
        <translation>Zu ersetzen in den Einstellungen oder mit: fastface runtime install.</translation>
    </message>
    <message>
        <source>Restore it from a backup.</source>
        <translation>Es aus einer Sicherung wiederherstellen.</translation>
    </message>
    <message>
        <source>Restore the backup again.</source>
        <translation>Spielen Sie die Sicherung noch einmal zurück.</translation>
    </message>
    <message>
        <source>Restoring a backup was interrupted and could not be finished; the library is as it was before.</source>
        <translation>Das Zurückspielen einer Sicherung wurde unterbrochen und konnte nicht beendet werden; die Bibliothek ist, wie sie vorher war.</translation>
    </message>
    <message>
        <source>Restoring a backup was interrupted; it is finished now.%1</source>
        <translation>Das Zurückspielen einer Sicherung wurde unterbrochen; jetzt ist es abgeschlossen.%1</translation>
    </message>
    <message>
        <source>Run `fastface library check`.</source>
        <translation>`fastface library check` ausführen.</translation>
    </message>
    <message>
        <source>Run `fastface library rebuild`, which makes it again from the file.</source>
        <translation>Führen Sie `fastface library rebuild` aus, das es aus der Datei neu anlegt.</translation>
    </message>
    <message>
        <source>Run `fastface library rebuild`, which makes it again from them.</source>
        <translation>`fastface library rebuild` ausführen, das sie daraus neu anlegt.</translation>
    </message>
    <message>
        <source>Run `fastface library rebuild`, which makes its database again from them.</source>
        <translation>`fastface library rebuild` ausführen: Das baut die Datenbank aus ihnen neu auf.</translation>
    </message>
    <message>
        <source>Run the command again; it is fetched again.</source>
        <translation>Den Befehl noch einmal ausführen; sie wird neu geholt.</translation>
    </message>
    <message>
        <source>SDXL base, 20 to 50 steps</source>
        <translation>SDXL-Basis, 20 bis 50 Schritte</translation>
    </message>
    <message>
        <source>SDXL&apos;s UNet</source>
        <translation>UNet von SDXL</translation>
    </message>
    <message>
        <source>SDXL&apos;s text encoders and settings</source>
        <translation>Textencoder und Einstellungen von SDXL</translation>
    </message>
    <message>
        <source>SDXL-Lightning for 2 steps</source>
        <translation>SDXL-Lightning für 2 Schritte</translation>
    </message>
    <message>
        <source>SDXL-Lightning for 4 steps</source>
        <translation>SDXL-Lightning für 4 Schritte</translation>
    </message>
    <message>
        <source>SDXL-Lightning for 8 steps</source>
        <translation>SDXL-Lightning für 8 Schritte</translation>
    </message>
    <message>
        <source>SDXL-Lightning, 2 steps</source>
        <translation>SDXL-Lightning, 2 Schritte</translation>
    </message>
    <message>
        <source>SDXL-Lightning, 4 steps</source>
        <translation>SDXL-Lightning, 4 Schritte</translation>
    </message>
    <message>
        <source>SDXL-Lightning, 8 steps</source>
        <translation>SDXL-Lightning, 8 Schritte</translation>
    </message>
    <message>
        <source>SDXL-Turbo&apos;s UNet</source>
        <translation>UNet von SDXL-Turbo</translation>
    </message>
    <message>
        <source>SDXL-Turbo&apos;s schedule</source>
        <translation>Zeitplan von SDXL-Turbo</translation>
    </message>
    <message>
        <source>SDXL-Turbo, 1 to 4 steps, 512 px</source>
        <translation>SDXL-Turbo, 1 bis 4 Schritte, 512 px</translation>
    </message>
    <message>
        <source>Say a number from -1 to 1, or fit it with `fastface evaluate bands DIR`.</source>
        <translation>Geben Sie eine Zahl von -1 bis 1 an, oder passen Sie ihn mit `fastface evaluate bands ORDNER` an.</translation>
    </message>
    <message>
        <source>Say left, centre or right, or add the photo again.</source>
        <translation>Sag links, Mitte oder rechts, oder füge das Foto noch einmal hinzu.</translation>
    </message>
    <message>
        <source>Search and verify on fewer: nobody is both searched on and verified on.</source>
        <translation>Suchen und prüfen Sie an weniger Personen: An niemandem wird beides getan.</translation>
    </message>
    <message>
        <source>Search on its own drawn people, or with another model.</source>
        <translation>Suchen Sie an den gezeichneten Personen oder mit einem anderen Modell.</translation>
    </message>
    <message>
        <source>Stable Cascade</source>
        <translation>Stable Cascade</translation>
    </message>
    <message>
        <source>Take %1 at most.</source>
        <translation>Nehmen Sie höchstens %1.</translation>
    </message>
    <message>
        <source>The archive keeps pictures as they are made: nothing is sharpened, and they get no watermark.</source>
        <translation>Das Archiv behält die Bilder, wie sie entstanden sind: Nichts wird geschärft, und sie bekommen kein Wasserzeichen.</translation>
    </message>
    <message>
        <source>The branch without a face counts for two steps</source>
        <translation>Der Zweig ohne Gesicht gilt für zwei Schritte</translation>
    </message>
    <message>
        <source>The contact sheet&apos;s title is too long.</source>
        <translation>Der Titel des Kontaktbogens ist zu lang.</translation>
    </message>
    <message>
        <source>The parser of faces %1 is incomplete or of another form.</source>
        <translation>Der Gesichtszerleger %1 ist unvollständig oder hat eine andere Form.</translation>
    </message>
    <message>
        <source>The program&apos;s font has no &quot;%1&quot;.</source>
        <translation>Die Schrift des Programms hat kein „%1“.</translation>
    </message>
    <message>
        <source>The prompts in %1 cannot be read.</source>
        <translation>Die Prompts in %1 sind nicht lesbar.</translation>
    </message>
    <message>
        <source>The search is done: 1 setting is on its curve.</source>
        <translation>Die Suche ist fertig: Auf ihrer Kurve liegt 1 Einstellung.</translation>
    </message>
    <message>
        <source>The search is done: {count} settings are on its curve.</source>
        <translation>Die Suche ist fertig: Auf ihrer Kurve liegen {count} Einstellungen.</translation>
    </message>
    <message>
        <source>The small decoder makes the pictures</source>
        <translation>Der kleine Decoder macht die Bilder</translation>
    </message>
    <message>
        <source>The watermark %1 cannot be read.</source>
        <translation>Das Wasserzeichen %1 kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The watermark has no text, or a very long one.</source>
        <translation>Das Wasserzeichen hat keinen oder einen sehr langen Text.</translation>
    </message>
    <message>
        <source>The weight of the face cannot follow a likeness: %1</source>
        <translation>Das Gewicht des Gesichts kann keiner Ähnlichkeit folgen: %1</translation>
    </message>
    <message>
        <source>The weight of the face follows the likeness of one person alone.</source>
        <translation>Das Gewicht des Gesichts folgt der Ähnlichkeit nur einer Person.</translation>
    </message>
    <message>
        <source>There are %1 people in %2.</source>
        <translation>In %2 sind %1 Personen.</translation>
    </message>
    <message>
        <source>There are %1 people, and %2 + %3 are asked for.</source>
        <translation>Es gibt %1 Personen, verlangt sind %2 + %3.</translation>
    </message>
    <message>
        <source>There are %1 prompts.</source>
        <translation>Es sind %1 Prompts.</translation>
    </message>
    <message>
        <source>There are no prompts in %1.</source>
        <translation>In %1 sind keine Prompts.</translation>
    </message>
    <message>
        <source>There is no prompt.</source>
        <translation>Es gibt keinen Prompt.</translation>
    </message>
    <message>
        <source>This model has no small decoder: its pictures are decoded as always.</source>
        <translation>Dieses Modell hat keinen kleinen Decoder: Seine Bilder werden dekodiert wie immer.</translation>
    </message>
    <message>
        <source>Tuned settings</source>
        <translation>Gesuchte Einstellungen</translation>
    </message>
    <message>
        <source>What is to be tuned</source>
        <translation>Was gesucht werden soll</translation>
    </message>
    <message>
        <source>What the search found cannot be read.</source>
        <translation>Was die Suche gefunden hat, ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Words of BERT, uncased, which ImageReward reads</source>
        <translation>Wörter von BERT in Kleinschreibung, die ImageReward liest</translation>
    </message>
    <message>
        <source>Write 1 to %1 letters.</source>
        <translation>1 bis %1 Buchstaben schreiben.</translation>
    </message>
    <message>
        <source>Write a text, or choose a picture.</source>
        <translation>Einen Text schreiben oder ein Bild wählen.</translation>
    </message>
    <message>
        <source>Write at most %1 letters.</source>
        <translation>Höchstens %1 Buchstaben schreiben.</translation>
    </message>
    <message>
        <source>Write one on each line; a stylistic one as STYLE; CONTENT.</source>
        <translation>Schreiben Sie auf jede Zeile einen; einen mit Stil als STIL; INHALT.</translation>
    </message>
    <message>
        <source>Write the watermark without it, or choose a picture of it.</source>
        <translation>Das Wasserzeichen ohne es schreiben oder ein Bild davon wählen.</translation>
    </message>
    <message>
        <source>a part has a name that is not possible</source>
        <translation>ein Teil hat einen Namen, der nicht möglich ist</translation>
    </message>
    <message>
        <source>a part is a file and a folder</source>
        <translation>ein Teil ist Datei und Ordner zugleich</translation>
    </message>
    <message>
        <source>a part of it cannot be read</source>
        <translation>ein Teil davon ist nicht lesbar</translation>
    </message>
    <message>
        <source>a part of it is missing</source>
        <translation>ein Teil davon fehlt</translation>
    </message>
    <message>
        <source>a part of it is not as backups have it</source>
        <translation>ein Teil davon ist nicht so, wie Sicherungen ihn haben</translation>
    </message>
    <message>
        <source>a part of it was changed</source>
        <translation>ein Teil davon wurde verändert</translation>
    </message>
    <message>
        <source>it is a CogVideoX model</source>
        <translation>es ist ein CogVideoX-Modell</translation>
    </message>
    <message>
        <source>it is a SUPIR model, which restores pictures</source>
        <translation>es ist ein SUPIR-Modell, das Bilder wiederherstellt</translation>
    </message>
    <message>
        <source>it is a Sana model</source>
        <translation>es ist ein Sana-Modell</translation>
    </message>
    <message>
        <source>it is a model that compares pictures with texts, as CLIP does</source>
        <translation>es ist ein Modell, das Bilder mit Texten vergleicht, wie CLIP es tut</translation>
    </message>
    <message>
        <source>it is an EDM model, as the file beside it says, which is not known here</source>
        <translation>es ist, wie die Datei daneben sagt, ein EDM-Modell, das hier nicht bekannt ist</translation>
    </message>
    <message>
        <source>parts of it lie on one another</source>
        <translation>Teile davon liegen aufeinander</translation>
    </message>
    <message>
        <source>two parts have one name</source>
        <translation>zwei Teile haben denselben Namen</translation>
    </message>
    <message>
        <source>{name} is done, with 1 picture.</source>
        <translation>{name} ist fertig, mit 1 Bild.</translation>
    </message>
    <message>
        <source>{name} is done, with {count} pictures.</source>
        <translation>{name} ist fertig, mit {count} Bildern.</translation>
    </message>
    <message>
        <source>Save a cell with %1 to %2 steps.</source>
        <translation>Eine Zelle mit %1 bis %2 Schritten sichern.</translation>
    </message>
    <message>
        <source>Give a folder or a file ending in %1.</source>
        <translation>Geben Sie einen Ordner oder eine Datei mit der Endung %1.</translation>
    </message>
    <message>
        <source>Give a table, or folders with photos.</source>
        <translation>Geben Sie eine Tabelle oder Ordner mit Fotos.</translation>
    </message>
    <message>
        <source>Give it a value or leave it out.</source>
        <translation>Geben Sie ihr einen Wert, oder lassen Sie sie weg.</translation>
    </message>
    <message>
        <source>Give one for each at most.</source>
        <translation>Geben Sie höchstens eines für jedes.</translation>
    </message>
    <message>
        <source>Give one table, or folders with the photos of one person each.</source>
        <translation>Geben Sie eine Tabelle, oder Ordner mit den Fotos je einer Person.</translation>
    </message>
    <message>
        <source>Held back by the content filter: %1.</source>
        <translation>Vom Inhaltsfilter zurückgehalten: %1.</translation>
    </message>
    <message>
        <source>Leave out good and above.</source>
        <translation>Lassen Sie good und above weg.</translation>
    </message>
    <message>
        <source>Leave out what is under rows.</source>
        <translation>Lassen Sie weg, was unter rows steht.</translation>
    </message>
    <message>
        <source>LoRAs of this kind cannot be used: choose a whole checkpoint made for SDXL.</source>
        <translation>LoRAs dieser Art können nicht verwendet werden: Wählen Sie einen ganzen Checkpoint für SDXL.</translation>
    </message>
    <message>
        <source>More faces are given than photos: %1 for %2.</source>
        <translation>Es sind mehr Gesichter als Fotos angegeben: %1 für %2.</translation>
    </message>
    <message>
        <source>Put quotes around text.</source>
        <translation>Setzen Sie Text in Anführungszeichen.</translation>
    </message>
    <message>
        <source>Row %1 of %2 has more cells than there are columns.</source>
        <translation>Zeile %1 von %2 hat mehr Zellen, als es Spalten gibt.</translation>
    </message>
    <message>
        <source>Row %1 of %2 is no object.</source>
        <translation>Zeile %1 von %2 ist kein Objekt.</translation>
    </message>
    <message>
        <source>Save a smaller copy of it and choose that.</source>
        <translation>Eine kleinere Kopie speichern und diese wählen.</translation>
    </message>
    <message>
        <source>Save a smaller copy, and add that.</source>
        <translation>Eine kleinere Kopie speichern und diese hinzufügen.</translation>
    </message>
    <message>
        <source>Save it to a file, and give its name.</source>
        <translation>In einer Datei speichern und deren Namen angeben.</translation>
    </message>
    <message>
        <source>Save it with 8 or 16 bits per channel.</source>
        <translation>Mit 8 oder 16 Bit pro Kanal speichern.</translation>
    </message>
    <message>
        <source>Save it without one, in a place that only you can read.</source>
        <translation>Ihn ohne speichern, an einem Ort, den sonst niemand lesen kann.</translation>
    </message>
    <message>
        <source>Scale factor</source>
        <translation>Scale-Faktor</translation>
    </message>
    <message>
        <source>Scale maximum</source>
        <translation>Scale-Höchstwert</translation>
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
        <source>See `fastface gallery albums`.</source>
        <translation>Siehe `fastface gallery albums`.</translation>
    </message>
    <message>
        <source>See `fastface gallery list`.</source>
        <translation>Siehe `fastface gallery list`.</translation>
    </message>
    <message>
        <source>See `fastface people photos`.</source>
        <translation>Siehe `fastface people photos`.</translation>
    </message>
    <message>
        <source>See what is installed with: fastface models list.</source>
        <translation>Was installiert ist, sagt: fastface models list.</translation>
    </message>
    <message>
        <source>Set one first.</source>
        <translation>Zuerst eines festlegen.</translation>
    </message>
    <message>
        <source>Sharpens and strengthens the attention to the face. Fast; for realistic portraits.</source>
        <translation>Schärft und stärkt die Aufmerksamkeit für das Gesicht. Schnell; für realistische Porträts.</translation>
    </message>
    <message>
        <source>Shortcuts that differ from the usual ones</source>
        <translation>Tasten, die von den üblichen abweichen</translation>
    </message>
    <message>
        <source>Shorten them.</source>
        <translation>Beide kürzen.</translation>
    </message>
    <message>
        <source>Shows each picture while it is being made.</source>
        <translation>Zeigt jedes Bild, während es entsteht.</translation>
    </message>
    <message>
        <source>Sign exported pictures</source>
        <translation>Exportierte Bilder signieren</translation>
    </message>
    <message>
        <source>Signing needs the package c2pa-python.</source>
        <translation>Zum Signieren wird das Paket c2pa-python gebraucht.</translation>
    </message>
    <message>
        <source>Small decoder for previews</source>
        <translation>Kleiner Decoder für die Vorschau</translation>
    </message>
    <message>
        <source>Small pictures of 512 pixels in few steps.</source>
        <translation>Kleine Bilder mit 512 Pixeln in wenigen Schritten.</translation>
    </message>
    <message>
        <source>Softmask quantile</source>
        <translation>Softmask-Quantil</translation>
    </message>
    <message>
        <source>Softmask sharpness</source>
        <translation>Softmask-Schärfe</translation>
    </message>
    <message>
        <source>Softmask threshold</source>
        <translation>Softmask-Schwelle</translation>
    </message>
    <message>
        <source>Some AMD GPUs have a build of torch on Linux (ROCm): install FastFace with pip, and torch as %1 says.</source>
        <translation>Für manche GPUs von AMD gibt es torch unter Linux (ROCm): FastFace mit pip installieren, und torch, wie es auf %1 steht.</translation>
    </message>
    <message>
        <source>Something between the hub and this computer changes it: try another network or mirror.</source>
        <translation>Etwas zwischen dem Hub und diesem Computer verändert sie: ein anderes Netz oder einen anderen Spiegel versuchen.</translation>
    </message>
    <message>
        <source>Stability AI, SDXL-Turbo</source>
        <translation>Stability AI, SDXL-Turbo</translation>
    </message>
    <message>
        <source>Start FastFace again: it then goes on, or takes it back.</source>
        <translation>Starten Sie FastFace noch einmal: Es setzt dann fort oder nimmt es zurück.</translation>
    </message>
    <message>
        <source>Start the program again; if it recurs, update the driver.</source>
        <translation>Das Programm neu starten; wenn es wieder auftritt, den Treiber aktualisieren.</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>Startmodell</translation>
    </message>
    <message>
        <source>Starter, illustrated, 256 px</source>
        <translation>Startmodell, gezeichnet, 256 px</translation>
    </message>
    <message>
        <source>Starting the new version once, without a window</source>
        <translation>Startet die neue Version einmal, ohne Fenster</translation>
    </message>
    <message>
        <source>Tagged {tag}.</source>
        <translation>Schlagwort {tag} vergeben.</translation>
    </message>
    <message>
        <source>Take it over with: fastface models import-lora.</source>
        <translation>Übernehmen Sie sie mit: fastface models import-lora.</translation>
    </message>
    <message>
        <source>Take several words that only you put together.</source>
        <translation>Mehrere Wörter nehmen, die sonst niemand so zusammenstellt.</translation>
    </message>
    <message>
        <source>Take somebody out first.</source>
        <translation>Nehmen Sie erst jemanden heraus.</translation>
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
        <source>Text weight</source>
        <translation>Textgewicht</translation>
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
        <source>The %1 is not possible: %2.</source>
        <translation>Die Einstellung %1 ist nicht möglich: %2.</translation>
    </message>
    <message>
        <source>The GPU stopped answering.</source>
        <translation>Die GPU antwortet nicht mehr.</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime</source>
        <translation>Die Laufzeit der GPU</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime does not work on this computer: %1.</source>
        <translation>Die Laufzeit der GPU arbeitet auf diesem Rechner nicht: %1.</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime is gone or damaged.</source>
        <translation>Die Laufzeit der GPU fehlt oder ist beschädigt.</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime is not installed.</source>
        <translation>Die Laufzeit der GPU ist nicht installiert.</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime is of another version of FastFace, with torch %1.</source>
        <translation>Die Laufzeit der GPU gehört zu einer anderen Version von FastFace, mit torch %1.</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime is of another version of FastFace.</source>
        <translation>Die Laufzeit der GPU ist von einer anderen Version von FastFace.</translation>
    </message>
    <message>
        <source>The GPU&apos;s runtime was changed while it was tried.</source>
        <translation>Die Laufzeit der GPU wurde geändert, während sie geprobt wurde.</translation>
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
        <source>The access token is not accepted by %1.</source>
        <translation>%1 nimmt den Zugangsschlüssel nicht an.</translation>
    </message>
    <message>
        <source>The address of %1 is not found.</source>
        <translation>Die Adresse von %1 wird nicht gefunden.</translation>
    </message>
    <message>
        <source>The album is now called {name}.</source>
        <translation>Das Album heißt jetzt {name}.</translation>
    </message>
    <message>
        <source>The album {name} is gone. Its pictures are still there.</source>
        <translation>Das Album {name} ist gelöscht. Seine Bilder sind noch da.</translation>
    </message>
    <message>
        <source>The answer of %1 about %2 is not understood.</source>
        <translation>Die Antwort von %1 zu %2 ist nicht verständlich.</translation>
    </message>
    <message>
        <source>The archive keeps pictures as they are made: no TIFF, and sRGB.</source>
        <translation>Das Archiv behält Bilder, wie sie entstanden: kein TIFF, und sRGB.</translation>
    </message>
    <message>
        <source>The attention maps of these pictures would take more than a gigabyte.</source>
        <translation>Die Aufmerksamkeitskarten dieser Bilder brauchten mehr als ein Gigabyte.</translation>
    </message>
    <message>
        <source>The backup was made by a newer version of FastFace.</source>
        <translation>Die Sicherung stammt von einer neueren Version von FastFace.</translation>
    </message>
    <message>
        <source>The batch has more than %1 rows.</source>
        <translation>Der Stapel hat mehr als %1 Zeilen.</translation>
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
        <source>The certificate has expired, or is not valid yet.</source>
        <translation>Das Zertifikat ist abgelaufen oder noch nicht gültig.</translation>
    </message>
    <message>
        <source>The certificate may not sign pictures.</source>
        <translation>Das Zertifikat darf keine Bilder signieren.</translation>
    </message>
    <message>
        <source>The certificates of this computer cannot be read.</source>
        <translation>Die Zertifikate dieses Rechners lassen sich nicht lesen.</translation>
    </message>
    <message>
        <source>The checkpoint %1 is not an SDXL model.</source>
        <translation>Der Checkpoint %1 ist kein SDXL-Modell.</translation>
    </message>
    <message>
        <source>The checkpoint %1 is not installed.</source>
        <translation>Der Checkpoint %1 ist nicht installiert.</translation>
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
        <source>The comparison</source>
        <translation>Der Vergleich</translation>
    </message>
    <message>
        <source>The connection to %1 breaks again and again.</source>
        <translation>Die Verbindung zu %1 bricht immer wieder ab.</translation>
    </message>
    <message>
        <source>The connection to %1 is not secure: its certificate is not accepted.</source>
        <translation>Die Verbindung zu %1 ist nicht sicher: Das Zertifikat wird nicht anerkannt.</translation>
    </message>
    <message>
        <source>The content filter holds this picture back as not safe for work.</source>
        <translation>Der Inhaltsfilter hält dieses Bild als nicht jugendfrei zurück.</translation>
    </message>
    <message>
        <source>The content filter is damaged or of another form.</source>
        <translation>Der Inhaltsfilter ist beschädigt oder von anderer Form.</translation>
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
        <source>The drive of %1 does not keep what is written to it.</source>
        <translation>Das Laufwerk von %1 behält nicht, was darauf geschrieben wird.</translation>
    </message>
    <message>
        <source>The drive of %1 does not keep what is written to it: %2 came back different.</source>
        <translation>Das Laufwerk von %1 behält nicht, was darauf geschrieben wird: %2 kam verändert zurück.</translation>
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
        <source>The face adapter %1 lacks its control network.</source>
        <translation>Dem Gesichtsadapter %1 fehlt sein Kontrollnetz.</translation>
    </message>
    <message>
        <source>The face adapter %1 lacks its image encoder.</source>
        <translation>Dem Gesichtsadapter %1 fehlt sein Bildencoder.</translation>
    </message>
    <message>
        <source>The face cannot be measured in any of the photos, so it cannot be drawn.</source>
        <translation>Das Gesicht lässt sich in keinem der Fotos messen und deshalb nicht zeichnen.</translation>
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
        <source>The face in %1 cannot be measured, so it cannot be drawn.</source>
        <translation>Das Gesicht in %1 lässt sich nicht messen und deshalb nicht zeichnen.</translation>
    </message>
    <message>
        <source>The face is blurred.</source>
        <translation>Das Gesicht ist unscharf.</translation>
    </message>
    <message>
        <source>The face is dark. Choose a photo with more light.</source>
        <translation>Das Gesicht ist dunkel. Ein Foto mit mehr Licht wählen.</translation>
    </message>
    <message>
        <source>The face is large, sharp and well lit.</source>
        <translation>Das Gesicht ist groß, scharf und gut beleuchtet.</translation>
    </message>
    <message>
        <source>The face is only %1 pixels wide; %2 or more are better.</source>
        <translation>Das Gesicht ist nur %1 Pixel breit; besser sind %2 oder mehr.</translation>
    </message>
    <message>
        <source>The face is overexposed. Choose a photo with softer light.</source>
        <translation>Das Gesicht ist überbelichtet. Ein Foto mit weicherem Licht wählen.</translation>
    </message>
    <message>
        <source>The face is overexposed: the skin may come out too light. Add a photo with softer light, or correct the skin.</source>
        <translation>Das Gesicht ist überbelichtet: Die Haut kann zu hell werden. Ein Foto mit weicherem Licht hinzufügen oder die Haut berichtigen.</translation>
    </message>
    <message>
        <source>The face is too bright.</source>
        <translation>Das Gesicht ist zu hell.</translation>
    </message>
    <message>
        <source>The face is too dark.</source>
        <translation>Das Gesicht ist zu dunkel.</translation>
    </message>
    <message>
        <source>The face is turned to the side.</source>
        <translation>Das Gesicht ist zur Seite gewandt.</translation>
    </message>
    <message>
        <source>The face is turned to the side. Choose a photo that shows it from the front.</source>
        <translation>Das Gesicht ist zur Seite gedreht. Ein Foto von vorn wählen.</translation>
    </message>
    <message>
        <source>The face looks far up or down.</source>
        <translation>Das Gesicht blickt weit nach oben oder unten.</translation>
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
        <source>The file %1 among the people is too large to be encrypted.</source>
        <translation>Die Datei %1 bei den Personen ist zu groß, um verschlüsselt zu werden.</translation>
    </message>
    <message>
        <source>The file %1 is damaged or holds something other than weights, so it was not opened.</source>
        <translation>Die Datei %1 ist beschädigt oder enthält anderes als Gewichte und wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>The file %1 is damaged, incomplete, or no .safetensors file.</source>
        <translation>Die Datei %1 ist beschädigt, unvollständig oder keine .safetensors-Datei.</translation>
    </message>
    <message>
        <source>The file %1 is damaged.</source>
        <translation>Die Datei %1 ist beschädigt.</translation>
    </message>
    <message>
        <source>The file %1 is damaged: its content is not what it should be.</source>
        <translation>Die Datei %1 ist beschädigt: Ihr Inhalt ist nicht der, der er sein soll.</translation>
    </message>
    <message>
        <source>The file %1 is not where it was.</source>
        <translation>Die Datei %1 ist nicht mehr, wo sie war.</translation>
    </message>
    <message>
        <source>The file %1 of a person cannot be opened, so that the passphrase stays.</source>
        <translation>Die Datei %1 einer Person kann nicht geöffnet werden, deshalb bleibt die Passphrase.</translation>
    </message>
    <message>
        <source>The file %1 of a person is an older one, or was not written here.</source>
        <translation>Die Datei %1 einer Person ist eine ältere oder wurde nicht hier geschrieben.</translation>
    </message>
    <message>
        <source>The file %1 of a person is damaged, or was exchanged.</source>
        <translation>Die Datei %1 einer Person ist beschädigt oder wurde ausgetauscht.</translation>
    </message>
    <message>
        <source>The file %1 of a person is not encrypted, so that it is not from here.</source>
        <translation>Die Datei %1 einer Person ist nicht verschlüsselt und daher nicht von hier.</translation>
    </message>
    <message>
        <source>The file %1, with which faces are measured, is missing or damaged.</source>
        <translation>Die Datei %1, mit der Gesichter gemessen werden, fehlt oder ist beschädigt.</translation>
    </message>
    <message>
        <source>The file is not a backup of FastFace.</source>
        <translation>Die Datei ist keine Sicherung von FastFace.</translation>
    </message>
    <message>
        <source>The file of its key</source>
        <translation>Die Datei seines Schlüssels</translation>
    </message>
    <message>
        <source>The file of the certificate to sign with</source>
        <translation>Die Datei des Zertifikats zum Signieren</translation>
    </message>
    <message>
        <source>The file of the lock</source>
        <translation>Die Datei der Sperre</translation>
    </message>
    <message>
        <source>The file of the lock cannot be read.</source>
        <translation>Die Datei der Sperre lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The file of the lock is damaged.</source>
        <translation>Die Datei der Sperre ist beschädigt.</translation>
    </message>
    <message>
        <source>The file with the name and the permission of a person cannot be read.</source>
        <translation>Die Datei mit Namen und Einwilligung einer Person lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The first steps were shown</source>
        <translation>Die ersten Schritte wurden gezeigt</translation>
    </message>
    <message>
        <source>The fitted scale</source>
        <translation>Die angepasste Skala</translation>
    </message>
    <message>
        <source>The folder %1 cannot be read.</source>
        <translation>Der Ordner %1 lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written to.</source>
        <translation>In den Ordner %1 kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The folder %1 of the people is nobody&apos;s, and was put aside.</source>
        <translation>Der Ordner %1 bei den Personen gehört niemandem und wurde beiseitegelegt.</translation>
    </message>
    <message>
        <source>The head leans to the side.</source>
        <translation>Der Kopf ist zur Seite geneigt.</translation>
    </message>
    <message>
        <source>The head leans to the side. Turn the photo upright.</source>
        <translation>Der Kopf neigt sich zur Seite. Das Foto aufrecht drehen.</translation>
    </message>
    <message>
        <source>The image encoder %1 is incomplete or of another form.</source>
        <translation>Der Bildencoder %1 ist unvollständig oder von anderer Form.</translation>
    </message>
    <message>
        <source>The installed torch cannot compute on this GPU.</source>
        <translation>Das installierte torch kann auf dieser GPU nicht rechnen.</translation>
    </message>
    <message>
        <source>The installed torch, built for CUDA %1, cannot use the NVIDIA driver %2.</source>
        <translation>Das installierte torch, für CUDA %1 gebaut, kann den NVIDIA-Treiber %2 nicht benutzen.</translation>
    </message>
    <message>
        <source>The installed version is not as it was delivered: %1.</source>
        <translation>Die installierte Version ist nicht, wie sie geliefert wurde: %1.</translation>
    </message>
    <message>
        <source>The installed version is not as it was delivered; the whole new one is fetched.</source>
        <translation>Die installierte Version ist nicht, wie sie geliefert wurde; die neue wird ganz geholt.</translation>
    </message>
    <message>
        <source>The key cannot be read.</source>
        <translation>Der Schlüssel kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The key does not belong to the certificate.</source>
        <translation>Der Schlüssel gehört nicht zum Zertifikat.</translation>
    </message>
    <message>
        <source>The key is protected with a passphrase.</source>
        <translation>Der Schlüssel ist mit einem Passwort geschützt.</translation>
    </message>
    <message>
        <source>The last change of the passphrase is not done.</source>
        <translation>Die letzte Änderung der Passphrase ist nicht abgeschlossen.</translation>
    </message>
    <message>
        <source>The last picture&apos;s seed would be beyond %1.</source>
        <translation>Der Startwert des letzten Bildes läge jenseits von %1.</translation>
    </message>
    <message>
        <source>The library is not open yet.</source>
        <translation>Die Bibliothek ist noch nicht offen.</translation>
    </message>
    <message>
        <source>The library is still being opened.</source>
        <translation>Die Bibliothek wird noch geöffnet.</translation>
    </message>
    <message>
        <source>The library was made by a newer version of FastFace.</source>
        <translation>Die Bibliothek wurde von einer neueren Version von FastFace angelegt.</translation>
    </message>
    <message>
        <source>The library&apos;s database is damaged; pictures and people are files and are not affected.</source>
        <translation>Die Datenbank der Bibliothek ist beschädigt; Bilder und Personen sind Dateien und nicht betroffen.</translation>
    </message>
    <message>
        <source>The light comes from behind: the skin may come out too dark. Add a photo with the light on the face, or correct the skin.</source>
        <translation>Das Licht kommt von hinten: Die Haut kann zu dunkel werden. Ein Foto mit Licht im Gesicht hinzufügen oder die Haut berichtigen.</translation>
    </message>
    <message>
        <source>The light comes from one side: half of the face lies in shade. Add a photo with light from the front.</source>
        <translation>Das Licht kommt von einer Seite: Das halbe Gesicht liegt im Schatten. Ein Foto mit Licht von vorn hinzufügen.</translation>
    </message>
    <message>
        <source>The light is coloured: skin and hair may come out in its colour. Add a photo that was taken in daylight, or correct the colours.</source>
        <translation>Das Licht ist farbig: Haut und Haare können seine Farbe annehmen. Ein Foto bei Tageslicht hinzufügen oder die Farben berichtigen.</translation>
    </message>
    <message>
        <source>The list &quot;%1&quot; is empty.</source>
        <translation>Die Liste „%1“ ist leer.</translation>
    </message>
    <message>
        <source>The list %1 of a row is empty.</source>
        <translation>Die Liste %1 einer Zeile ist leer.</translation>
    </message>
    <message>
        <source>The list of GPU runtimes is damaged.</source>
        <translation>Die Liste der Laufzeiten für GPUs ist beschädigt.</translation>
    </message>
    <message>
        <source>The list of contents of %1 cannot be read: it is damaged, or of a later version.</source>
        <translation>Die Inhaltsliste von %1 lässt sich nicht lesen: sie ist beschädigt oder von einer späteren Version.</translation>
    </message>
    <message>
        <source>The list of updates is of a form that this version does not know.</source>
        <translation>Die Liste der Aktualisierungen hat eine Form, die diese Version nicht kennt.</translation>
    </message>
    <message>
        <source>The model file %1 is not what its name says: %2.</source>
        <translation>Die Modelldatei %1 ist nicht, was ihr Name sagt: %2.</translation>
    </message>
    <message>
        <source>The models lie in this folder already.</source>
        <translation>Die Modelle liegen schon in diesem Ordner.</translation>
    </message>
    <message>
        <source>The most likeness, on a model that was not distilled: slow.</source>
        <translation>Die größte Ähnlichkeit, auf einem nicht destillierten Modell: langsam.</translation>
    </message>
    <message>
        <source>The name &quot;%1&quot; cannot be used.</source>
        <translation>Der Name „%1“ geht nicht.</translation>
    </message>
    <message>
        <source>The name %1 is no text in UTF-8, so that the library cannot keep it.</source>
        <translation>Der Name %1 ist kein Text in UTF-8, deshalb kann die Bibliothek ihn nicht behalten.</translation>
    </message>
    <message>
        <source>The name of an album has 1 to 64 letters.</source>
        <translation>Der Name eines Albums hat 1 bis 64 Zeichen.</translation>
    </message>
    <message>
        <source>The naming pattern has a brace that is not closed.</source>
        <translation>Das Namensmuster hat eine Klammer, die nicht geschlossen ist.</translation>
    </message>
    <message>
        <source>The naming pattern has a format that is not allowed.</source>
        <translation>Das Namensmuster hat ein Format, das nicht erlaubt ist.</translation>
    </message>
    <message>
        <source>The naming pattern has an unknown field &quot;%1&quot;.</source>
        <translation>Das Namensmuster hat ein unbekanntes Feld „%1“.</translation>
    </message>
    <message>
        <source>The naming pattern has {seed} or {number} in the name of a folder.</source>
        <translation>Das Namensmuster hat {seed} oder {number} im Namen eines Ordners.</translation>
    </message>
    <message>
        <source>The negative prompt is too long: &quot;%1&quot; is not read.</source>
        <translation>Der negative Prompt ist zu lang: „%1“ wird nicht gelesen.</translation>
    </message>
    <message>
        <source>The network is switched off by the variable %1.</source>
        <translation>Das Netz ist durch die Variable %1 ausgeschaltet.</translation>
    </message>
    <message>
        <source>The new folder holds another file in the place of %1: %2.</source>
        <translation>Im neuen Ordner liegt an der Stelle von %1 eine andere Datei: %2.</translation>
    </message>
    <message>
        <source>The new pictures folder and the old one lie in one another.</source>
        <translation>Der neue Bilderordner und der alte liegen ineinander.</translation>
    </message>
    <message>
        <source>The note of a restore</source>
        <translation>Die Notiz eines Zurückspielens</translation>
    </message>
    <message>
        <source>The pack %1 holds something that does not belong there.</source>
        <translation>Im Paket %1 ist etwas, das nicht hineingehört.</translation>
    </message>
    <message>
        <source>The pack %1 is damaged in: %2.</source>
        <translation>Das Paket %1 ist beschädigt in: %2.</translation>
    </message>
    <message>
        <source>The pack %1 is incomplete: it ends before %2.</source>
        <translation>Das Paket %1 ist unvollständig: es endet vor %2.</translation>
    </message>
    <message>
        <source>The pack %1 lacks %2.</source>
        <translation>Dem Paket %1 fehlt %2.</translation>
    </message>
    <message>
        <source>The pack holds something that this version does not know: %1.</source>
        <translation>Im Paket ist etwas, das diese Version nicht kennt: %1.</translation>
    </message>
    <message>
        <source>The passphrase is shorter than %1 letters.</source>
        <translation>Das Passwort ist kürzer als %1 Zeichen.</translation>
    </message>
    <message>
        <source>The passphrase is wrong.</source>
        <translation>Das Passwort ist falsch.</translation>
    </message>
    <message>
        <source>The people are encrypted, and the file of their lock (people/vault.json) is missing.</source>
        <translation>Die Personen sind verschlüsselt, und die Datei ihres Schlosses (people/vault.json) fehlt.</translation>
    </message>
    <message>
        <source>The people are locked</source>
        <translation>Die Personen sind gesperrt</translation>
    </message>
    <message>
        <source>The people are locked.</source>
        <translation>Die Personen sind gesperrt.</translation>
    </message>
    <message>
        <source>The people have a passphrase already.</source>
        <translation>Die Personen haben schon ein Passwort.</translation>
    </message>
    <message>
        <source>The people have no passphrase.</source>
        <translation>Die Personen haben kein Passwort.</translation>
    </message>
    <message>
        <source>The person has no such document.</source>
        <translation>Die Person hat kein solches Dokument.</translation>
    </message>
    <message>
        <source>The person has no such photo.</source>
        <translation>Die Person hat dieses Foto nicht.</translation>
    </message>
    <message>
        <source>The person of this comparison was forgotten, and it with them.</source>
        <translation>Die Person dieses Vergleichs ist vergessen, und er mit ihr.</translation>
    </message>
    <message>
        <source>The person was forgotten while the picture was being made.</source>
        <translation>Die Person wurde vergessen, während das Bild entstand.</translation>
    </message>
    <message>
        <source>The person&apos;s file</source>
        <translation>Die Datei der Person</translation>
    </message>
    <message>
        <source>The person&apos;s file is that of another person.</source>
        <translation>Die Datei der Person ist die einer anderen.</translation>
    </message>
    <message>
        <source>The photo %1 cannot be read.</source>
        <translation>Das Foto %1 kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The photo is black and white: the colours are guessed. Add a photo in colour, or correct the colours.</source>
        <translation>Das Foto ist schwarzweiß: Die Farben sind geraten. Ein Farbfoto hinzufügen oder die Farben berichtigen.</translation>
    </message>
    <message>
        <source>The photo is dark: skin and hair were brightened, and may be off. Add a photo that was taken in daylight, or correct the skin.</source>
        <translation>Das Foto ist dunkel: Haut und Haar wurden aufgehellt und können abweichen. Ein Foto bei Tageslicht hinzufügen oder die Haut berichtigen.</translation>
    </message>
    <message>
        <source>The photo that this picture was made from is not at hand.</source>
        <translation>Das Foto, aus dem dieses Bild entstand, ist nicht zur Hand.</translation>
    </message>
    <message>
        <source>The photos are other ones than when this comparison began.</source>
        <translation>Die Fotos sind andere als zu Beginn dieses Vergleichs.</translation>
    </message>
    <message>
        <source>The pictures folder %1 is not there: another folder is in its place, or none.</source>
        <translation>Der Bilderordner %1 ist nicht da: An seiner Stelle ist ein anderer Ordner oder keiner.</translation>
    </message>
    <message>
        <source>The preset %1 has no %2.</source>
        <translation>Die Vorgabe %1 hat diese Einstellung nicht: %2.</translation>
    </message>
    <message>
        <source>The process that made it ended without a word.</source>
        <translation>Der Prozess, der sie machte, endete ohne ein Wort.</translation>
    </message>
    <message>
        <source>The profile share keeps &quot;%1&quot; to itself, so it cannot stand in the name.</source>
        <translation>Das Profil Teilen behält „%1“ für sich, darum kann es nicht im Namen stehen.</translation>
    </message>
    <message>
        <source>The program&apos;s own torch computes on an Apple GPU.</source>
        <translation>Auf einer GPU von Apple rechnet das torch des Programms.</translation>
    </message>
    <message>
        <source>The prompt becomes longer than %1 letters.</source>
        <translation>Der Prompt wird länger als %1 Zeichen.</translation>
    </message>
    <message>
        <source>The prompt&apos;s choices lie too deep in one another.</source>
        <translation>Die Auswahlen im Prompt liegen zu tief ineinander.</translation>
    </message>
    <message>
        <source>The proxy in %1 is not possible: %2.</source>
        <translation>Der Proxy in %1 ist nicht möglich: %2.</translation>
    </message>
    <message>
        <source>The recogniser %1 is not there.</source>
        <translation>Die Gesichtserkennung %1 ist nicht da.</translation>
    </message>
    <message>
        <source>The record of the people&apos;s files</source>
        <translation>Das Verzeichnis der Dateien der Personen</translation>
    </message>
    <message>
        <source>The record of the people&apos;s files (people/seals) is missing or damaged.</source>
        <translation>Das Verzeichnis der Dateien der Personen (people/seals) fehlt oder ist beschädigt.</translation>
    </message>
    <message>
        <source>The row</source>
        <translation>Die Zeile</translation>
    </message>
    <message>
        <source>The row asks for a likeness, and there is none: %1</source>
        <translation>Die Zeile verlangt eine Ähnlichkeit, und es gibt keine: %1</translation>
    </message>
    <message>
        <source>The starter draws an illustration; a full-size model measures the likeness.</source>
        <translation>Das Startmodell zeichnet eine Illustration; die Ähnlichkeit misst ein großes Modell.</translation>
    </message>
    <message>
        <source>The starter has learnt pictures of one person: the heads of several may grow together.</source>
        <translation>Das Startmodell hat Bilder einer Person gelernt: Die Köpfe mehrerer können zusammenwachsen.</translation>
    </message>
    <message>
        <source>The starter model works well on a CPU. For full-size models use a computer with an NVIDIA GPU of 8 GB.</source>
        <translation>Das Startmodell läuft gut auf der CPU. Für große Modelle einen Computer mit einer NVIDIA-GPU mit 8 GB nehmen.</translation>
    </message>
    <message>
        <source>The update %1 is damaged.</source>
        <translation>Die Aktualisierung %1 ist beschädigt.</translation>
    </message>
    <message>
        <source>The variable FASTFACE_MODELS says where the models are.</source>
        <translation>Die Variable FASTFACE_MODELS sagt, wo die Modelle liegen.</translation>
    </message>
    <message>
        <source>There are no photos in %1.</source>
        <translation>In %1 sind keine Fotos.</translation>
    </message>
    <message>
        <source>There are no photos in the folder %1.</source>
        <translation>Im Ordner %1 sind keine Fotos.</translation>
    </message>
    <message>
        <source>There are no rows in %1.</source>
        <translation>In %1 sind keine Zeilen.</translation>
    </message>
    <message>
        <source>There is a library already.</source>
        <translation>Es gibt schon eine Bibliothek.</translation>
    </message>
    <message>
        <source>There is already a base named &quot;%1&quot;.</source>
        <translation>Es gibt schon eine Basis namens „%1“.</translation>
    </message>
    <message>
        <source>There is an NVIDIA GPU (driver %1), but the installed torch was built for the CPU.</source>
        <translation>Es gibt eine NVIDIA-GPU (Treiber %1), aber das installierte torch ist für die CPU gebaut.</translation>
    </message>
    <message>
        <source>There is an album &quot;%1&quot; already.</source>
        <translation>Ein Album „%1“ gibt es schon.</translation>
    </message>
    <message>
        <source>There is another LoRA named %1.</source>
        <translation>Es gibt eine andere LoRA namens %1.</translation>
    </message>
    <message>
        <source>There is no %1.</source>
        <translation>%1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no GPU runtime named &quot;%1&quot;.</source>
        <translation>Es gibt keine Laufzeit namens „%1“.</translation>
    </message>
    <message>
        <source>There is no album &quot;%1&quot;.</source>
        <translation>Ein Album „%1“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no list named &quot;%1&quot;, or it is no text.</source>
        <translation>Es gibt keine Liste namens „%1“, oder sie ist kein Text.</translation>
    </message>
    <message>
        <source>There is no picture %1 in the library.</source>
        <translation>Es gibt kein Bild %1 in der Bibliothek.</translation>
    </message>
    <message>
        <source>There is no profile &quot;%1&quot;.</source>
        <translation>Es gibt kein Profil „%1“.</translation>
    </message>
    <message>
        <source>There is nobody named &quot;%1&quot; in the library.</source>
        <translation>In der Bibliothek gibt es niemanden mit dem Namen „%1“.</translation>
    </message>
    <message>
        <source>There is nothing in the batch.</source>
        <translation>Der Stapel ist leer.</translation>
    </message>
    <message>
        <source>There is somebody named &quot;%1&quot; already.</source>
        <translation>Es gibt schon jemanden mit dem Namen „%1“.</translation>
    </message>
    <message>
        <source>There is too little space for the GPU&apos;s runtime in %1: %2 are needed and %3 are free.</source>
        <translation>In %1 ist zu wenig Platz für die Laufzeit der GPU: %2 werden gebraucht, und %3 sind frei.</translation>
    </message>
    <message>
        <source>There is too little space for the update in %1: %2 are needed and %3 are free.</source>
        <translation>In %1 ist zu wenig Platz für die Aktualisierung: %2 werden gebraucht, und %3 sind frei.</translation>
    </message>
    <message>
        <source>There may be too little memory: close other programs, or use fewer processes.</source>
        <translation>Vielleicht ist zu wenig Speicher da: schließen Sie andere Programme, oder nehmen Sie weniger Prozesse.</translation>
    </message>
    <message>
        <source>These photos serve well. No other is needed.</source>
        <translation>Diese Fotos eignen sich gut. Weitere sind nicht nötig.</translation>
    </message>
    <message>
        <source>This copy of FastFace does not know the files of %1 for that system.</source>
        <translation>Diese Kopie von FastFace kennt die Dateien von %1 für dieses System nicht.</translation>
    </message>
    <message>
        <source>This copy of FastFace knows no place that has updates.</source>
        <translation>Diese Kopie von FastFace kennt keinen Ort mit Aktualisierungen.</translation>
    </message>
    <message>
        <source>This cursor belongs to another list.</source>
        <translation>Dieser Zeiger gehört zu einer anderen Liste.</translation>
    </message>
    <message>
        <source>This person is not in the library any more.</source>
        <translation>Diese Person ist nicht mehr in der Bibliothek.</translation>
    </message>
    <message>
        <source>This photo cannot be read any more.</source>
        <translation>Dieses Foto lässt sich nicht mehr lesen.</translation>
    </message>
    <message>
        <source>This seems to be someone else than in the first photo: they agree at %1.</source>
        <translation>Das ist anscheinend jemand anderes als auf dem ersten Foto: Die Übereinstimmung ist %L1.</translation>
    </message>
    <message>
        <source>This seems to be someone else than in the other photos: they agree at %1.</source>
        <translation>Das ist anscheinend jemand anderes als auf den anderen Fotos: Die Übereinstimmung ist %L1.</translation>
    </message>
    <message>
        <source>To allow it, unset %1.</source>
        <translation>Um es zu erlauben, %1 aufheben.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Try again; capital letters count.</source>
        <translation>Noch einmal versuchen; Groß- und Kleinschreibung zählt.</translation>
    </message>
    <message>
        <source>Try another network; if it recurs, get the new version from FastFace&apos;s own page.</source>
        <translation>Ein anderes Netz versuchen; wenn es wieder geschieht, die neue Version von der Seite von FastFace holen.</translation>
    </message>
    <message>
        <source>Try another prompt or seed. In Settings, or with --no-content-filter, it can be switched off.</source>
        <translation>Einen anderen Prompt oder Startwert versuchen. Ausschalten lässt er sich in den Einstellungen oder mit --no-content-filter.</translation>
    </message>
    <message>
        <source>Unlock them with the passphrase.</source>
        <translation>Sie mit dem Passwort entsperren.</translation>
    </message>
    <message>
        <source>Unpack it, and choose the model file that is in it.</source>
        <translation>Es auspacken und die Modelldatei wählen, die darin ist.</translation>
    </message>
    <message>
        <source>Unset %1, or let it name some in PEM form.</source>
        <translation>%1 aufheben oder etwas mit Zertifikaten im PEM-Format nennen lassen.</translation>
    </message>
    <message>
        <source>Unset it first, or set it to the new folder.</source>
        <translation>Sie zuerst aufheben oder auf den neuen Ordner setzen.</translation>
    </message>
    <message>
        <source>Update it in the way in which it was installed: with git, pip or the system&apos;s package manager.</source>
        <translation>So aktualisieren, wie es installiert wurde: mit git, pip oder der Paketverwaltung des Systems.</translation>
    </message>
    <message>
        <source>Update the driver, or install the torch that fits it from %1/%2.</source>
        <translation>Den Treiber aktualisieren oder das passende torch installieren, von %1/%2.</translation>
    </message>
    <message>
        <source>Use a-z, 0-9, - and _ in --name.</source>
        <translation>In --name a-z, 0-9, - und _ verwenden.</translation>
    </message>
    <message>
        <source>Use at most %1 levels, and no list in itself.</source>
        <translation>Höchstens %1 Ebenen verwenden, und keine Liste in sich selbst.</translation>
    </message>
    <message>
        <source>Write one entry in each line of %1.</source>
        <translation>In jede Zeile von %1 einen Eintrag schreiben.</translation>
    </message>
    <message>
        <source>{count} rows are not made.</source>
        <translation>{count} Zeilen sind nicht gemacht.</translation>
    </message>
    <message>
        <source>{count} taken out of {name}</source>
        <translation>{count} aus {name} genommen</translation>
    </message>
    <message>
        <source>Update the driver, or choose the CPU in Settings or with --device cpu.</source>
        <translation>Den Treiber aktualisieren, oder die CPU in den Einstellungen oder mit --device cpu wählen.</translation>
    </message>
    <message>
        <source>A file of the GPU&apos;s runtime is missing: %1.</source>
        <translation>Eine Datei der Laufzeit der GPU fehlt: %1.</translation>
    </message>
    <message>
        <source>A file of the GPU&apos;s runtime was changed: %1.</source>
        <translation>Eine Datei der Laufzeit der GPU wurde geändert: %1.</translation>
    </message>
    <message>
        <source>Choose the CPU in Settings, or with --device cpu.</source>
        <translation>Die CPU in den Einstellungen oder mit --device cpu wählen.</translation>
    </message>
    <message>
        <source>The face is blurred. A sharper photo gives better pictures.</source>
        <translation>Das Gesicht ist unscharf. Ein schärferes Foto ergibt bessere Bilder.</translation>
    </message>
    <message>
        <source>The face is small. A closer photo gives better pictures.</source>
        <translation>Das Gesicht ist klein. Ein Foto aus der Nähe ergibt bessere Bilder.</translation>
    </message>
    <message>
        <source>Use --replace: it is then moved aside as a whole, and the backup put in place.</source>
        <translation>--replace verwenden: Sie wird dann als Ganzes beiseitegelegt und die Sicherung eingesetzt.</translation>
    </message>
    <message>
        <source>Use an EC, RSA or Ed25519 key.</source>
        <translation>Einen EC-, RSA- oder Ed25519-Schlüssel verwenden.</translation>
    </message>
    <message>
        <source>Use one that is made for signing documents.</source>
        <translation>Eines verwenden, das zum Signieren von Dokumenten gemacht ist.</translation>
    </message>
    <message>
        <source>Use these: %1.</source>
        <translation>Diese verwenden: %1.</translation>
    </message>
    <message>
        <source>Wait until it is done, or close it, and try again.</source>
        <translation>Warten, bis es fertig ist, oder es schließen, und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>What `fastface evaluate` measures pictures with: how they fit the prompt, how well they are liked, and a second look at the face.</source>
        <translation>Womit `fastface evaluate` Bilder misst: wie sie zum Prompt passen, wie gut sie gefallen, und ein zweiter Blick auf das Gesicht.</translation>
    </message>
    <message>
        <source>What the library says of picture %1 is damaged.</source>
        <translation>Was die Bibliothek von Bild %1 weiß, ist beschädigt.</translation>
    </message>
    <message>
        <source>What was measured of this person&apos;s photos is damaged.</source>
        <translation>Was an den Fotos dieser Person gemessen wurde, ist beschädigt.</translation>
    </message>
    <message>
        <source>it holds no weights, so that it is no Stable Diffusion checkpoint</source>
        <translation>sie enthält keine Gewichte und ist daher kein Stable-Diffusion-Checkpoint</translation>
    </message>
    <message>
        <source>it is SDXL&apos;s refiner, not its base</source>
        <translation>es ist der Refiner von SDXL, nicht die Basis</translation>
    </message>
    <message>
        <source>it is a Flux model</source>
        <translation>es ist ein Flux-Modell</translation>
    </message>
    <message>
        <source>it is a LoRA, not a whole checkpoint</source>
        <translation>es ist eine LoRA, kein ganzer Checkpoint</translation>
    </message>
    <message>
        <source>it is a Stable Diffusion 1 or 2 model</source>
        <translation>es ist ein Modell für Stable Diffusion 1 oder 2</translation>
    </message>
    <message>
        <source>it is a Stable Diffusion 3 model</source>
        <translation>es ist ein Modell für Stable Diffusion 3</translation>
    </message>
    <message>
        <source>it is no Stable Diffusion checkpoint</source>
        <translation>es ist kein Stable-Diffusion-Checkpoint</translation>
    </message>
    <message>
        <source>it is not written as it should be</source>
        <translation>es ist nicht so geschrieben, wie es sein sollte</translation>
    </message>
    <message>
        <source>it is of another form than it should be</source>
        <translation>es hat eine andere Form, als es haben sollte</translation>
    </message>
    <message>
        <source>it should be a date</source>
        <translation>es sollte ein Datum sein</translation>
    </message>
    <message>
        <source>it should be a list</source>
        <translation>es sollte eine Liste sein</translation>
    </message>
    <message>
        <source>it should be a moment</source>
        <translation>es sollte ein Zeitpunkt sein</translation>
    </message>
    <message>
        <source>it should be a moment with its time zone</source>
        <translation>es sollte ein Zeitpunkt mit Zeitzone sein</translation>
    </message>
    <message>
        <source>it should be a multiple of %1</source>
        <translation>es sollte ein Vielfaches von %1 sein</translation>
    </message>
    <message>
        <source>it should be a number that is not infinite</source>
        <translation>es sollte eine endliche Zahl sein</translation>
    </message>
    <message>
        <source>it should be a path</source>
        <translation>es sollte ein Pfad sein</translation>
    </message>
    <message>
        <source>it should be a text</source>
        <translation>es sollte ein Text sein</translation>
    </message>
    <message>
        <source>it should be at least %1</source>
        <translation>es sollte mindestens %1 sein</translation>
    </message>
    <message>
        <source>it should be at most %1</source>
        <translation>es sollte höchstens %1 sein</translation>
    </message>
    <message>
        <source>it should be left out</source>
        <translation>es sollte weggelassen werden</translation>
    </message>
    <message>
        <source>it should be less than %1</source>
        <translation>es sollte kleiner als %1 sein</translation>
    </message>
    <message>
        <source>it should be more than %1</source>
        <translation>es sollte größer als %1 sein</translation>
    </message>
    <message>
        <source>it should be one of: %1</source>
        <translation>es sollte eines von diesen sein: %1</translation>
    </message>
    <message>
        <source>it should have at least %1 letters</source>
        <translation>es sollte mindestens %1 Zeichen haben</translation>
    </message>
    <message>
        <source>it should have at most %1 letters</source>
        <translation>es sollte höchstens %1 Zeichen haben</translation>
    </message>
    <message>
        <source>it was made for another architecture</source>
        <translation>es ist für eine andere Architektur gemacht</translation>
    </message>
    <message>
        <source>its UNet takes %1 channels, as for inpainting</source>
        <translation>sein UNet nimmt %1 Kanäle, wie fürs Inpainting</translation>
    </message>
    <message>
        <source>its database</source>
        <translation>ihre Datenbank</translation>
    </message>
    <message>
        <source>its database has another form</source>
        <translation>ihre Datenbank hat eine andere Form</translation>
    </message>
    <message>
        <source>its database holds values that are not possible</source>
        <translation>ihre Datenbank enthält unmögliche Werte</translation>
    </message>
    <message>
        <source>its database is missing</source>
        <translation>ihre Datenbank fehlt</translation>
    </message>
    <message>
        <source>its field %1 is missing</source>
        <translation>ihr Feld %1 fehlt</translation>
    </message>
    <message>
        <source>its field %1 is not known</source>
        <translation>ihr Feld %1 ist nicht bekannt</translation>
    </message>
    <message>
        <source>its first text encoder is missing</source>
        <translation>sein erster Text-Encoder fehlt</translation>
    </message>
    <message>
        <source>its list of contents is none</source>
        <translation>ihr Inhaltsverzeichnis ist keines</translation>
    </message>
    <message>
        <source>its numbers are of the kind %1, which cannot be read</source>
        <translation>seine Zahlen sind von der Art %1, die sich nicht lesen lässt</translation>
    </message>
    <message>
        <source>its second text encoder is missing</source>
        <translation>sein zweiter Text-Encoder fehlt</translation>
    </message>
    <message>
        <source>{count} pictures are back in the gallery.</source>
        <translation>{count} Bilder sind wieder in der Galerie.</translation>
    </message>
    <message>
        <source>{count} pictures are deleted.</source>
        <translation>{count} Bilder sind gelöscht.</translation>
    </message>
    <message>
        <source>{count} pictures are in the trash.</source>
        <translation>{count} Bilder sind im Papierkorb.</translation>
    </message>
    <message>
        <source>{count} put into {name}</source>
        <translation>{count} in {name} gelegt</translation>
    </message>
    <message>
        <source>{count} stars.</source>
        <translation>{count} Sterne.</translation>
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
        <source>&quot;%1&quot; cannot be read, or is larger than %2 MB.</source>
        <translation>„%1“ lässt sich nicht lesen oder ist größer als %2 MB.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a style that ships with the program.</source>
        <translation>„%1“ ist ein Stil, der mit dem Programm kommt.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no LoRA with a strength.</source>
        <translation>„%1“ ist keine LoRA mit einer Stärke.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no PDF and no picture.</source>
        <translation>„%1“ ist weder PDF noch Bild.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no list of numbers.</source>
        <translation>„%1“ ist keine Liste von Zahlen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no name for a LoRA.</source>
        <translation>„%1“ ist kein Name für eine LoRA.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no setting that can be compared.</source>
        <translation>„%1“ ist keine Einstellung, die sich vergleichen lässt.</translation>
    </message>
    <message>
        <source>%1 holds a checkpoint in diffusers&apos; form, in several files, which cannot be used.</source>
        <translation>%1 enthält einen Checkpoint in der Form von diffusers, in mehreren Dateien, der sich nicht verwenden lässt.</translation>
    </message>
    <message>
        <source>%1 is no .safetensors file: it is an unfinished download.</source>
        <translation>%1 ist keine .safetensors-Datei, sondern ein unfertiger Download.</translation>
    </message>
    <message>
        <source>%1 is no folder and no file.</source>
        <translation>%1 ist weder Ordner noch Datei.</translation>
    </message>
    <message>
        <source>%1 is not a PEM file.</source>
        <translation>%1 ist keine PEM-Datei.</translation>
    </message>
    <message>
        <source>%1 takes a step count of %2 only from a picture, not from a preset.</source>
        <translation>%1 nimmt die Schrittzahl %2 nur von einem Bild, nicht von einer Vorgabe.</translation>
    </message>
    <message>
        <source>A picture shows at most %1 people.</source>
        <translation>Ein Bild zeigt höchstens %1 Personen.</translation>
    </message>
    <message>
        <source>Add the person first.</source>
        <translation>Legen Sie die Person zuerst an.</translation>
    </message>
    <message>
        <source>Choose a smaller size, make fewer pictures at a time, or close other programs.</source>
        <translation>Wählen Sie eine kleinere Größe, machen Sie weniger Bilder auf einmal, oder schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Choose date, rating or score.</source>
        <translation>Datum, Bewertung oder Wert wählen.</translation>
    </message>
    <message>
        <source>Full-size models need %1 GB: compute on the CPU.</source>
        <translation>Modelle in voller Größe brauchen %1 GB: Rechnen Sie auf der CPU.</translation>
    </message>
    <message>
        <source>Other programs give a meaning to %1 in a prompt; here it has none, and only weights such as (word:1.3) are known.</source>
        <translation>Andere Programme geben %1 in einem Prompt eine Bedeutung; hier hat das keine, und nur Gewichte wie (Wort:1.3) sind bekannt.</translation>
    </message>
    <message>
        <source>Remove some that do not count.</source>
        <translation>Einige entfernen, die nicht verwendet werden.</translation>
    </message>
    <message>
        <source>Restore the folder of people from a backup, or forget this person.</source>
        <translation>Den Ordner der Personen aus einer Sicherung wiederherstellen, oder diese Person vergessen.</translation>
    </message>
    <message>
        <source>Save a cell whose step count is %1.</source>
        <translation>Sichern Sie eine Zelle mit der Schrittzahl %1.</translation>
    </message>
    <message>
        <source>The backup is damaged: %1.</source>
        <translation>Die Sicherung ist beschädigt: %1.</translation>
    </message>
    <message>
        <source>The damaged database is moved aside.</source>
        <translation>Die beschädigte Datenbank wird beiseitegelegt.</translation>
    </message>
    <message>
        <source>The database, which a newer version made, is moved aside.</source>
        <translation>Die Datenbank, die eine neuere Version angelegt hat, wird beiseitegelegt.</translation>
    </message>
    <message>
        <source>The database, which is held by nobody that is known, is moved aside.</source>
        <translation>Die Datenbank, die niemand Bekanntes hält, wird beiseitegelegt.</translation>
    </message>
    <message>
        <source>The disk that holds %1 has no room for the backup.</source>
        <translation>Auf dem Datenträger mit %1 ist kein Platz für die Sicherung.</translation>
    </message>
    <message>
        <source>The kind of proxy that is set is not supported.</source>
        <translation>Diese Art von Proxy wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The library is damaged, your pictures are not.</source>
        <translation>Die Bibliothek ist beschädigt, die Bilder sind es nicht.</translation>
    </message>
    <message>
        <source>The network is switched off for FastFace.</source>
        <translation>Das Netz ist für FastFace ausgeschaltet.</translation>
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
        <source>The preset %1 ends with step %2, and has no step %3.</source>
        <translation>Die Vorgabe %1 endet mit Schritt %2 und hat keinen Schritt %3.</translation>
    </message>
    <message>
        <source>The preset %1 was made for another face adapter; it is fitted to %2.</source>
        <translation>Die Voreinstellung %1 ist für einen anderen Gesichtsadapter gemacht; sie wird an %2 angepasst.</translation>
    </message>
    <message>
        <source>The preset that new pictures begin with</source>
        <translation>Die Vorgabe, mit der neue Bilder beginnen</translation>
    </message>
    <message>
        <source>The prompt is too long: &quot;%1&quot; is not read.</source>
        <translation>Der Prompt ist zu lang: „%1“ wird nicht gelesen.</translation>
    </message>
    <message>
        <source>The proxy %1 refuses.</source>
        <translation>Der Proxy %1 lehnt ab.</translation>
    </message>
    <message>
        <source>The proxy asks for a name and a password.</source>
        <translation>Der Proxy verlangt Name und Passwort.</translation>
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
        <source>The settings of the network cannot be read: %1.</source>
        <translation>Die Einstellungen des Netzes können nicht gelesen werden: %1.</translation>
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
        <source>The style</source>
        <translation>Der Stil</translation>
    </message>
    <message>
        <source>The style has no name yet.</source>
        <translation>Der Stil hat noch keinen Namen.</translation>
    </message>
    <message>
        <source>The style says nothing yet.</source>
        <translation>Der Stil sagt noch nichts.</translation>
    </message>
    <message>
        <source>The styles in %1</source>
        <translation>Die Stile in %1</translation>
    </message>
    <message>
        <source>The tag {tag} is gone.</source>
        <translation>Das Schlagwort {tag} ist weg.</translation>
    </message>
    <message>
        <source>The tokenizers do not fit the text encoders beside them.</source>
        <translation>Die Tokenizer passen nicht zu den Textkodierern daneben.</translation>
    </message>
    <message>
        <source>The undistilled model: many steps a picture.</source>
        <translation>Das nicht destillierte Modell: viele Schritte je Bild.</translation>
    </message>
    <message>
        <source>The view</source>
        <translation>Die Ansicht</translation>
    </message>
    <message>
        <source>There %1 in %2, so face %3 cannot be taken.</source>
        <translation>In %2 %1, daher kann Gesicht %3 nicht genommen werden.</translation>
    </message>
    <message>
        <source>There are %1 styles of your own already.</source>
        <translation>Es gibt schon %1 eigene Stile.</translation>
    </message>
    <message>
        <source>There are not as many weights as different photos: %1 for %2.</source>
        <translation>Es sind nicht so viele Gewichte wie verschiedene Fotos: %1 für %2.</translation>
    </message>
    <message>
        <source>There is a preset named &quot;%1&quot; already.</source>
        <translation>Es gibt schon eine Vorgabe namens „%1“.</translation>
    </message>
    <message>
        <source>There is no LoRA named &quot;%1&quot;.</source>
        <translation>Es gibt keine LoRA namens „%1“.</translation>
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
        <source>There is no connection to %1.</source>
        <translation>Es gibt keine Verbindung zu %1.</translation>
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
        <source>There is no preset of yours named &quot;%1&quot;.</source>
        <translation>Es gibt keine eigene Vorgabe namens „%1“.</translation>
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
        <source>There is too little space for the %1 in %2: %3 are needed and %4 are free.</source>
        <translation>Zu wenig Platz (%1) in %2: %3 werden gebraucht und %4 sind frei.</translation>
    </message>
    <message>
        <source>These terms have to be accepted first: %1.</source>
        <translation>Diese Bedingungen müssen zuerst angenommen werden: %1.</translation>
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
        <source>This person is in the picture already.</source>
        <translation>Diese Person ist schon im Bild.</translation>
    </message>
    <message>
        <source>This picture shows several people, and not all of them are in the library.</source>
        <translation>Dieses Bild zeigt mehrere Personen, und nicht alle sind in der Bibliothek.</translation>
    </message>
    <message>
        <source>To allow it, switch Offline off in Settings, or run: fastface network offline off.</source>
        <translation>Um es zu erlauben, Offline ausschalten oder eingeben: fastface network offline off.</translation>
    </message>
    <message>
        <source>Two steps a picture with another distillation.</source>
        <translation>Zwei Schritte je Bild mit einer anderen Destillation.</translation>
    </message>
    <message>
        <source>Two steps a picture: faster, with less detail.</source>
        <translation>Zwei Schritte je Bild: schneller, mit weniger Einzelheiten.</translation>
    </message>
    <message>
        <source>Type a name, as it is to stand below its picture.</source>
        <translation>Einen Namen eingeben, wie er unter dem Bild stehen soll.</translation>
    </message>
    <message>
        <source>Type what is said with every prompt, for example: soft pastel chalk.</source>
        <translation>Eingeben, was mit jedem Prompt gesagt wird, zum Beispiel: soft pastel chalk.</translation>
    </message>
    <message>
        <source>Unlock the people, then try again.</source>
        <translation>Entsperren Sie die Personen, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Unlock them on the page People.</source>
        <translation>Sie auf der Seite „Personen“ entsperren.</translation>
    </message>
    <message>
        <source>Update the GPU&apos;s driver and install the runtime again.</source>
        <translation>Aktualisieren Sie den Treiber der GPU, und installieren Sie die Laufzeit noch einmal.</translation>
    </message>
    <message>
        <source>Update the GPU&apos;s driver, and look whether the GPU is overclocked or too hot.</source>
        <translation>Aktualisieren Sie den Treiber der GPU, und prüfen Sie, ob die GPU übertaktet oder zu heiß ist.</translation>
    </message>
    <message>
        <source>Update to %1</source>
        <translation>Aktualisierung auf %1</translation>
    </message>
    <message>
        <source>Use --replace to put the new one in its place.</source>
        <translation>Mit --replace tritt die neue an ihre Stelle.</translation>
    </message>
    <message>
        <source>Use a smaller seed.</source>
        <translation>Nehmen Sie einen kleineren Startwert.</translation>
    </message>
    <message>
        <source>Use auto, cuda, mps or cpu.</source>
        <translation>auto, cuda, mps oder cpu verwenden.</translation>
    </message>
    <message>
        <source>Use them after the last slash.</source>
        <translation>Verwenden Sie sie nach dem letzten Schrägstrich.</translation>
    </message>
    <message>
        <source>Wait until it is done, and try again.</source>
        <translation>Warten Sie, bis es fertig ist, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Wait until it is done, or stop it, and try again.</source>
        <translation>Warten, bis es fertig ist, oder es beenden und noch einmal versuchen.</translation>
    </message>
    <message>
        <source>What has arrived is kept. Try again later, or choose another mirror in Settings.</source>
        <translation>Was angekommen ist, bleibt. Später noch einmal versuchen oder in den Einstellungen einen anderen Spiegel wählen.</translation>
    </message>
    <message>
        <source>What has arrived is kept: try again %1. With an access token more is allowed.</source>
        <translation>Was angekommen ist, bleibt: noch einmal versuchen %1. Mit einem Zugangsschlüssel ist mehr erlaubt.</translation>
    </message>
    <message>
        <source>What has arrived is kept: try again later to go on from there.</source>
        <translation>Was angekommen ist, bleibt: später noch einmal versuchen, dann geht es dort weiter.</translation>
    </message>
    <message>
        <source>What has arrived is kept: try again later, or choose another mirror in Settings.</source>
        <translation>Was angekommen ist, bleibt: später noch einmal versuchen oder in den Einstellungen einen anderen Spiegel wählen.</translation>
    </message>
    <message>
        <source>What the update server says is not signed by FastFace&apos;s makers, and is not believed.</source>
        <translation>Was der Server für Aktualisierungen sagt, ist nicht von den Machern von FastFace unterschrieben und wird nicht geglaubt.</translation>
    </message>
    <message>
        <source>Where the window was, as Qt writes it</source>
        <translation>Wo das Fenster war, wie Qt es schreibt</translation>
    </message>
    <message>
        <source>With an NVIDIA GPU in this computer, install its driver and look again.</source>
        <translation>Mit einer NVIDIA-GPU in diesem Rechner: ihren Treiber installieren und noch einmal nachsehen.</translation>
    </message>
    <message>
        <source>With an adapter strength of 0 no attention goes to the face, so that there are no maps of it.</source>
        <translation>Bei einer Adapterstärke von 0 geht keine Aufmerksamkeit zum Gesicht, daher gibt es keine Karten davon.</translation>
    </message>
    <message>
        <source>Write a list, or an object with a list named rows.</source>
        <translation>Schreiben Sie eine Liste, oder ein Objekt mit einer Liste namens rows.</translation>
    </message>
    <message>
        <source>Write each row as names and values.</source>
        <translation>Schreiben Sie jede Zeile als Namen und Werte.</translation>
    </message>
    <message>
        <source>Write it in other letters.</source>
        <translation>Schreiben Sie ihn in anderen Zeichen.</translation>
    </message>
    <message>
        <source>Write it like 1..4, with %1 at most.</source>
        <translation>Schreiben Sie es wie 1..4, mit höchstens %1.</translation>
    </message>
    <message>
        <source>Write less.</source>
        <translation>Weniger schreiben.</translation>
    </message>
    <message>
        <source>Write them in other letters.</source>
        <translation>Mit anderen Buchstaben schreiben.</translation>
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
        <source>insightface models, non-commercial</source>
        <translation>Modelle von insightface, nicht kommerziell</translation>
    </message>
    <message>
        <source>is 1 face</source>
        <translation>ist 1 Gesicht</translation>
    </message>
    <message>
        <source>it cannot be opened</source>
        <translation>sie kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>it expects an image encoder of size %1, and %2 has %3</source>
        <translation>er erwartet einen Bildkodierer der Größe %1, und %2 hat %3</translation>
    </message>
    <message>
        <source>it has more attention layers than the checkpoint</source>
        <translation>er hat mehr Aufmerksamkeitsschichten als der Checkpoint</translation>
    </message>
    <message>
        <source>it has not computed anything in %1 seconds</source>
        <translation>sie hat in %1 Sekunden nichts gerechnet</translation>
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
        <source>it is CosXL Edit, which changes pictures instead of making them</source>
        <translation>es ist CosXL Edit, das Bilder verändert und keine macht</translation>
    </message>
    <message>
        <source>it is a BrushNet, which is like a ControlNet</source>
        <translation>es ist ein BrushNet, etwas wie ein ControlNet</translation>
    </message>
    <message>
        <source>it is a Chroma model</source>
        <translation>es ist ein Chroma-Modell</translation>
    </message>
    <message>
        <source>it is a Control-LoRA, a small ControlNet</source>
        <translation>es ist eine Control-LoRA, ein kleines ControlNet</translation>
    </message>
    <message>
        <source>it is a ControlNet</source>
        <translation>es ist ein ControlNet</translation>
    </message>
    <message>
        <source>it is a ControlNet of the kind LLLite</source>
        <translation>es ist ein ControlNet der Art LLLite</translation>
    </message>
    <message>
        <source>it is a CosXL model, whose way of sampling (EDM with v-prediction) is not known here</source>
        <translation>es ist ein CosXL-Modell, dessen Sampling (EDM mit v-Prediction) hier nicht bekannt ist</translation>
    </message>
    <message>
        <source>it is a Cosmos model</source>
        <translation>es ist ein Cosmos-Modell</translation>
    </message>
    <message>
        <source>it is a GGML file, whose weights are packed for other programs</source>
        <translation>es ist eine GGML-Datei, deren Gewichte für andere Programme gepackt sind</translation>
    </message>
    <message>
        <source>it is a GGUF file, whose weights are packed for other programs</source>
        <translation>es ist eine GGUF-Datei, deren Gewichte für andere Programme gepackt sind</translation>
    </message>
    <message>
        <source>it is a GLIGEN model</source>
        <translation>es ist ein GLIGEN-Modell</translation>
    </message>
    <message>
        <source>it is a HiDream model</source>
        <translation>es ist ein HiDream-Modell</translation>
    </message>
    <message>
        <source>it is a HunyuanDiT model</source>
        <translation>es ist ein HunyuanDiT-Modell</translation>
    </message>
    <message>
        <source>it is a HunyuanVideo model</source>
        <translation>es ist ein HunyuanVideo-Modell</translation>
    </message>
    <message>
        <source>it is a Kolors or Kandinsky model</source>
        <translation>es ist ein Kolors- oder Kandinsky-Modell</translation>
    </message>
    <message>
        <source>it is a LoRA for %1</source>
        <translation>es ist eine LoRA für %1</translation>
    </message>
    <message>
        <source>it is a LoRA of the kind %1</source>
        <translation>es ist eine LoRA der Art %1</translation>
    </message>
    <message>
        <source>it is a LoRA of the kind %1 for %2</source>
        <translation>es ist eine LoRA der Art %1 für %2</translation>
    </message>
    <message>
        <source>it is a Lumina model</source>
        <translation>es ist ein Lumina-Modell</translation>
    </message>
    <message>
        <source>it is a Mochi model</source>
        <translation>es ist ein Mochi-Modell</translation>
    </message>
    <message>
        <source>it is a PDF document</source>
        <translation>es ist ein PDF-Dokument</translation>
    </message>
    <message>
        <source>it is a PhotoMaker face adapter</source>
        <translation>es ist ein Gesichtsadapter von PhotoMaker</translation>
    </message>
    <message>
        <source>it is a PixArt or LTX model</source>
        <translation>es ist ein PixArt- oder LTX-Modell</translation>
    </message>
    <message>
        <source>it is a PuLID face adapter</source>
        <translation>es ist ein Gesichtsadapter von PuLID</translation>
    </message>
    <message>
        <source>it is a Qwen-Image model</source>
        <translation>es ist ein Qwen-Image-Modell</translation>
    </message>
    <message>
        <source>it is a Stable Cascade model</source>
        <translation>es ist ein Modell von Stable Cascade</translation>
    </message>
    <message>
        <source>it is a Stable Diffusion 1 model</source>
        <translation>es ist ein Modell für Stable Diffusion 1</translation>
    </message>
    <message>
        <source>it is a Stable Diffusion 2 model</source>
        <translation>es ist ein Modell für Stable Diffusion 2</translation>
    </message>
    <message>
        <source>it is a Stable Video Diffusion model</source>
        <translation>es ist ein Modell von Stable Video Diffusion</translation>
    </message>
    <message>
        <source>it is a T2I-Adapter</source>
        <translation>es ist ein T2I-Adapter</translation>
    </message>
    <message>
        <source>it is a UNet, one part of a checkpoint, not all of it</source>
        <translation>es ist ein UNet, ein Teil eines Checkpoints und nicht der ganze</translation>
    </message>
    <message>
        <source>it is a VAE, one part of a checkpoint, not all of it</source>
        <translation>es ist ein VAE, ein Teil eines Checkpoints und nicht der ganze</translation>
    </message>
    <message>
        <source>it is a Wan model</source>
        <translation>es ist ein Wan-Modell</translation>
    </message>
    <message>
        <source>it is a diffusion model of another architecture</source>
        <translation>es ist ein Diffusionsmodell einer anderen Architektur</translation>
    </message>
    <message>
        <source>it is a hypernetwork</source>
        <translation>es ist ein Hypernetwork</translation>
    </message>
    <message>
        <source>it is a language model</source>
        <translation>es ist ein Sprachmodell</translation>
    </message>
    <message>
        <source>it is a link to a web page</source>
        <translation>es ist ein Link auf eine Webseite</translation>
    </message>
    <message>
        <source>it is a link, and not the file that it stands for</source>
        <translation>es ist ein Link und nicht die Datei, für die er steht</translation>
    </message>
    <message>
        <source>it is a model cut down from SDXL, such as SSD-1B, with parts of the UNet left out</source>
        <translation>es ist ein verkleinertes SDXL wie SSD-1B, in dem Teile des UNets fehlen</translation>
    </message>
    <message>
        <source>it is a model of TensorFlow Lite</source>
        <translation>es ist ein Modell von TensorFlow Lite</translation>
    </message>
    <message>
        <source>it is a model that restores faces</source>
        <translation>es ist ein Modell, das Gesichter wiederherstellt</translation>
    </message>
    <message>
        <source>it is a motion module for AnimateDiff</source>
        <translation>es ist ein Bewegungsmodul für AnimateDiff</translation>
    </message>
    <message>
        <source>it is a picture</source>
        <translation>es ist ein Bild</translation>
    </message>
    <message>
        <source>it is a picture or a video</source>
        <translation>es ist ein Bild oder ein Video</translation>
    </message>
    <message>
        <source>it is a pointer of Git LFS, and not the file that it stands for</source>
        <translation>es ist ein Verweis von Git LFS und nicht die Datei, für die er steht</translation>
    </message>
    <message>
        <source>it is a pointer of Xet, and not the file that it stands for</source>
        <translation>es ist ein Verweis von Xet und nicht die Datei, für die er steht</translation>
    </message>
    <message>
        <source>it is a pointer of git-annex, and not the file that it stands for</source>
        <translation>es ist ein Verweis von git-annex und nicht die Datei, für die er steht</translation>
    </message>
    <message>
        <source>it is a small VAE for previews, one part of a checkpoint, not all of it</source>
        <translation>es ist ein kleiner VAE für Vorschauen, ein Teil eines Checkpoints und nicht der ganze</translation>
    </message>
    <message>
        <source>it is a text encoder, one part of a checkpoint, not all of it</source>
        <translation>es ist ein Text-Encoder, ein Teil eines Checkpoints und nicht der ganze</translation>
    </message>
    <message>
        <source>it is a text in JSON, such as a server&apos;s answer or a configuration</source>
        <translation>es ist ein Text in JSON, etwa die Antwort eines Servers oder eine Konfiguration</translation>
    </message>
    <message>
        <source>it is a text, such as a server&apos;s answer</source>
        <translation>es ist ein Text, etwa die Antwort eines Servers</translation>
    </message>
    <message>
        <source>it is a textual inversion, the embedding of a word</source>
        <translation>es ist eine Textual Inversion, das Embedding eines Wortes</translation>
    </message>
    <message>
        <source>it is a torrent, and not the file that it stands for</source>
        <translation>es ist ein Torrent und nicht die Datei, für die er steht</translation>
    </message>
    <message>
        <source>it is a web page</source>
        <translation>es ist eine Webseite</translation>
    </message>
    <message>
        <source>it is an AuraFlow model</source>
        <translation>es ist ein AuraFlow-Modell</translation>
    </message>
    <message>
        <source>it is an EDM model such as Playground 2.5, whose way of sampling is not known here</source>
        <translation>es ist ein EDM-Modell wie Playground 2.5, dessen Sampling hier nicht bekannt ist</translation>
    </message>
    <message>
        <source>it is an HDF5 file</source>
        <translation>es ist eine HDF5-Datei</translation>
    </message>
    <message>
        <source>it is an IP-Adapter</source>
        <translation>es ist ein IP-Adapter</translation>
    </message>
    <message>
        <source>it is an XML answer of a server</source>
        <translation>es ist die XML-Antwort eines Servers</translation>
    </message>
    <message>
        <source>it is an archive</source>
        <translation>es ist ein Archiv</translation>
    </message>
    <message>
        <source>it is an array of NumPy</source>
        <translation>es ist ein Array von NumPy</translation>
    </message>
    <message>
        <source>it is an image encoder, one part of an adapter</source>
        <translation>es ist ein Bild-Encoder, ein Teil eines Adapters</translation>
    </message>
    <message>
        <source>it is an upscaler</source>
        <translation>es ist ein Hochskalierer</translation>
    </message>
    <message>
        <source>it is incomplete: %1 is missing</source>
        <translation>es ist unvollständig: %1 fehlt</translation>
    </message>
    <message>
        <source>it is incomplete: %1 weights are missing, %2 among them</source>
        <translation>es ist unvollständig: %1 Gewichte fehlen, darunter %2</translation>
    </message>
    <message>
        <source>it is larger than it can be</source>
        <translation>es ist größer, als es sein kann</translation>
    </message>
    <message>
        <source>it is marked as &quot;%1&quot;, and how to sample that is not known here</source>
        <translation>es ist als „%1“ gekennzeichnet, und das Sampling dafür ist hier nicht bekannt</translation>
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
        <source>it predicts &quot;%1&quot;, and how to sample that is not known here</source>
        <translation>es sagt „%1“ vorher, und das Sampling dafür ist hier nicht bekannt</translation>
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
        <source>it should have a value for each step, %1 in all, and has %2</source>
        <translation>es soll für jeden Schritt einen Wert haben, %1 im ganzen, und hat %2</translation>
    </message>
    <message>
        <source>it should lie between 1 and %1</source>
        <translation>es soll zwischen 1 und %1 liegen</translation>
    </message>
    <message>
        <source>it was made for another architecture: its %1 is of another size</source>
        <translation>es ist für eine andere Architektur gemacht: %1 hat eine andere Größe</translation>
    </message>
    <message>
        <source>its UNet holds weights that SDXL has not, such as %1</source>
        <translation>sein UNet enthält Gewichte, die SDXL nicht hat, etwa %1</translation>
    </message>
    <message>
        <source>its UNet takes 8 channels, as for changing pictures</source>
        <translation>sein UNet nimmt 8 Kanäle, wie zum Verändern von Bildern</translation>
    </message>
    <message>
        <source>its control network was made for another one</source>
        <translation>sein Kontrollnetz wurde für ein anderes Modell gemacht</translation>
    </message>
    <message>
        <source>its encoder is not of the form expected</source>
        <translation>sein Encoder hat nicht die erwartete Form</translation>
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
        <source>its trial cannot be started</source>
        <translation>ihre Probe lässt sich nicht starten</translation>
    </message>
    <message>
        <source>its trial ends with %1</source>
        <translation>ihre Probe endet mit %1</translation>
    </message>
    <message>
        <source>its trial says nothing</source>
        <translation>ihre Probe sagt nichts</translation>
    </message>
    <message>
        <source>its weights are packed in few bits, a form that cannot be read</source>
        <translation>seine Gewichte sind in wenige Bits gepackt, eine Form, die sich nicht lesen lässt</translation>
    </message>
    <message>
        <source>its weights are scaled to 8 bits, a form that cannot be read</source>
        <translation>seine Gewichte sind auf 8 Bits skaliert, eine Form, die sich nicht lesen lässt</translation>
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
    <name>days</name>
    <message>
        <source>From {day}</source>
        <translation>Ab {day}</translation>
    </message>
    <message>
        <source>Until {day}</source>
        <translation>Bis {day}</translation>
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
    <name>gallery</name>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
</context>
<context>
    <name>gpu</name>
    <message>
        <source>driver {version}</source>
        <translation>Treiber {version}</translation>
    </message>
    <message>
        <source>architecture {number}</source>
        <translation>Architektur {number}</translation>
    </message>
    <message>
        <source>FastFace computes without the GPU until then.</source>
        <translation>Bis dahin rechnet FastFace ohne die GPU.</translation>
    </message>
    <message>
        <source>{title} is in use.</source>
        <translation>{title} ist in Gebrauch.</translation>
    </message>
    <message>
        <source>{title} is installed, and used from the next start on.</source>
        <translation>{title} ist installiert und wird ab dem nächsten Start verwendet.</translation>
    </message>
    <message>
        <source>{fetched} are fetched, {unpacked} lie on the disk afterwards; {free} are free. Pictures are made without it as well, with the CPU.</source>
        <translation>{fetched} werden geholt, {unpacked} liegen danach auf der Platte; {free} sind frei. Bilder entstehen auch ohne sie, mit der CPU.</translation>
    </message>
    <message>
        <source>{device}, torch {version}.</source>
        <translation>{device}, torch {version}.</translation>
    </message>
    <message>
        <source>A full-size picture in 4 steps takes at least {seconds} s with it.</source>
        <translation>Ein Bild voller Größe in 4 Schritten braucht damit mindestens {seconds} s.</translation>
    </message>
</context>
<context>
    <name>labels</name>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>Gelb</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>Lila</translation>
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
        <source>very near</source>
        <translation>sehr nah</translation>
    </message>
    <message>
        <source>near</source>
        <translation>nah</translation>
    </message>
    <message>
        <source>far</source>
        <translation>fern</translation>
    </message>
    <message>
        <source>Drawn</source>
        <translation>Gezeichnet</translation>
    </message>
    <message>
        <source>Match {number}</source>
        <translation>Nähe {number}</translation>
    </message>
    <message>
        <source>No likeness</source>
        <translation>Keine Ähnlichkeit</translation>
    </message>
    <message>
        <source>Drawn by the starter</source>
        <translation>Vom Startmodell gezeichnet</translation>
    </message>
    <message>
        <source>Match with the drawing {number}</source>
        <translation>Nähe zur Zeichnung {number}</translation>
    </message>
    <message>
        <source>Likeness {number}</source>
        <translation>Ähnlichkeit {number}</translation>
    </message>
    <message>
        <source>Person {number}</source>
        <translation>Person {number}</translation>
    </message>
    <message>
        <source>{name}: not found</source>
        <translation>{name}: nicht gefunden</translation>
    </message>
    <message>
        <source>Match with the drawing</source>
        <translation>Nähe zur Zeichnung</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>Ähnlichkeit</translation>
    </message>
    <message>
        <source>Likeness to the person: cosine similarity of the two faces, 1 is the same</source>
        <translation>Ähnlichkeit mit der Person: Kosinus-Ähnlichkeit der beiden Gesichter, 1 ist gleich</translation>
    </message>
    <message>
        <source>The match is that of the two drawn faces, 1 is the same. It says nothing of the person.</source>
        <translation>Verglichen sind die zwei gezeichneten Gesichter, 1 ist gleich. Über die Person sagt das nichts.</translation>
    </message>
    <message>
        <source>Skin</source>
        <translation>Haut</translation>
    </message>
    <message>
        <source>Colour of the skin: at most {tolerance} away from the drawing&apos;s (CIEDE2000)</source>
        <translation>Farbe der Haut: höchstens {tolerance} von der Zeichnung entfernt (CIEDE2000)</translation>
    </message>
    <message>
        <source>Colour of the skin: more than {tolerance} away from the drawing&apos;s (CIEDE2000)</source>
        <translation>Farbe der Haut: mehr als {tolerance} von der Zeichnung entfernt (CIEDE2000)</translation>
    </message>
    <message>
        <source>Hair colour</source>
        <translation>Haarfarbe</translation>
    </message>
    <message>
        <source>Colour of the hair: at most {tolerance} away from the drawing&apos;s (CIEDE2000)</source>
        <translation>Farbe des Haars: höchstens {tolerance} von der Zeichnung entfernt (CIEDE2000)</translation>
    </message>
    <message>
        <source>Colour of the hair: more than {tolerance} away from the drawing&apos;s (CIEDE2000)</source>
        <translation>Farbe des Haars: mehr als {tolerance} von der Zeichnung entfernt (CIEDE2000)</translation>
    </message>
    <message>
        <source>Hair length</source>
        <translation>Haarlänge</translation>
    </message>
    <message>
        <source>Bald, short, to the chin or long: as in the drawing</source>
        <translation>Kahl, kurz, kinnlang oder lang: wie in der Zeichnung</translation>
    </message>
    <message>
        <source>Bald, short, to the chin or long: not as in the drawing</source>
        <translation>Kahl, kurz, kinnlang oder lang: anders als in der Zeichnung</translation>
    </message>
    <message>
        <source>Glasses</source>
        <translation>Brille</translation>
    </message>
    <message>
        <source>With or without glasses: as in the drawing</source>
        <translation>Mit oder ohne Brille: wie in der Zeichnung</translation>
    </message>
    <message>
        <source>With or without glasses: not as in the drawing</source>
        <translation>Mit oder ohne Brille: anders als in der Zeichnung</translation>
    </message>
    <message>
        <source>Beard</source>
        <translation>Bart</translation>
    </message>
    <message>
        <source>With or without a beard: as in the drawing</source>
        <translation>Mit oder ohne Bart: wie in der Zeichnung</translation>
    </message>
    <message>
        <source>With or without a beard: not as in the drawing</source>
        <translation>Mit oder ohne Bart: anders als in der Zeichnung</translation>
    </message>
</context>
<context>
    <name>models</name>
    <message>
        <source>Stopping…</source>
        <translation>Hält an…</translation>
    </message>
    <message>
        <source>Waits for what runs now</source>
        <translation>Wartet auf das, was gerade läuft</translation>
    </message>
    <message>
        <source>Beginning…</source>
        <translation>Beginnt…</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{size} a second</source>
        <translation>{size} pro Sekunde</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
    <message>
        <source>{name}: files that are damaged or missing: {wrong} of {count}.</source>
        <translation>{name}: beschädigte oder fehlende Dateien: {wrong} von {count}.</translation>
    </message>
    <message>
        <source>{name}: all files are as they should be.</source>
        <translation>{name}: alle Dateien sind, wie sie sein sollen.</translation>
    </message>
</context>
<context>
    <name>people</name>
    <message>
        <source>Not looked at</source>
        <translation>Nicht angesehen</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Too small</source>
        <translation>Zu klein</translation>
    </message>
    <message>
        <source>Blurred</source>
        <translation>Unscharf</translation>
    </message>
    <message>
        <source>Side face</source>
        <translation>Seitlich</translation>
    </message>
    <message>
        <source>Tilted</source>
        <translation>Geneigt</translation>
    </message>
    <message>
        <source>Too dark</source>
        <translation>Zu dunkel</translation>
    </message>
    <message>
        <source>Too bright</source>
        <translation>Zu hell</translation>
    </message>
    <message>
        <source>Someone else</source>
        <translation>Jemand anderes</translation>
    </message>
    <message>
        <source>A closer one helps.</source>
        <translation>Ein näheres hilft.</translation>
    </message>
    <message>
        <source>A sharper one helps.</source>
        <translation>Ein schärferes hilft.</translation>
    </message>
    <message>
        <source>One from the front helps.</source>
        <translation>Eins von vorn hilft.</translation>
    </message>
    <message>
        <source>An upright one helps.</source>
        <translation>Ein aufrechtes hilft.</translation>
    </message>
    <message>
        <source>Light from the front helps.</source>
        <translation>Licht von vorn hilft.</translation>
    </message>
    <message>
        <source>Softer light helps.</source>
        <translation>Weicheres Licht hilft.</translation>
    </message>
    <message>
        <source>Agrees {value}.</source>
        <translation>Stimmt zu {value} überein.</translation>
    </message>
    <message>
        <source>Used because you said so</source>
        <translation>Verwendet auf Wunsch</translation>
    </message>
    <message>
        <source>Makes up {share}</source>
        <translation>Macht {share} aus</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>Verwendet</translation>
    </message>
    <message>
        <source>Not used because you said so</source>
        <translation>Nicht verwendet auf Wunsch</translation>
    </message>
    <message>
        <source>Not used</source>
        <translation>Nicht verwendet</translation>
    </message>
    <message>
        <source>Name not readable</source>
        <translation>Name nicht lesbar</translation>
    </message>
    <message>
        <source>No photo yet</source>
        <translation>Noch kein Foto</translation>
    </message>
    <message>
        <source>1 photo</source>
        <translation>1 Foto</translation>
    </message>
    <message>
        <source>{count} photos</source>
        <translation>{count} Fotos</translation>
    </message>
    <message>
        <source>{usable} of {count} photos used</source>
        <translation>{usable} von {count} Fotos verwendet</translation>
    </message>
    <message>
        <source>File damaged</source>
        <translation>Datei beschädigt</translation>
    </message>
    <message>
        <source>Permission noted</source>
        <translation>Einwilligung notiert</translation>
    </message>
    <message>
        <source>Permission ended</source>
        <translation>Einwilligung beendet</translation>
    </message>
    <message>
        <source>No permission noted</source>
        <translation>Keine Einwilligung</translation>
    </message>
    <message>
        <source>The person</source>
        <translation>Die Person</translation>
    </message>
    <message>
        <source>{name} is forgotten.</source>
        <translation>{name} ist vergessen.</translation>
    </message>
    <message>
        <source>{name} is forgotten, and 1 picture is erased.</source>
        <translation>{name} ist vergessen, und 1 Bild ist gelöscht.</translation>
    </message>
    <message>
        <source>{name} is forgotten, and {count} pictures are erased.</source>
        <translation>{name} ist vergessen, und {count} Bilder sind gelöscht.</translation>
    </message>
</context>
<context>
    <name>photo_dialog</name>
    <message>
        <source>Choose photos of the person</source>
        <translation>Fotos der Person wählen</translation>
    </message>
    <message>
        <source>Photos ({suffixes})</source>
        <translation>Fotos ({suffixes})</translation>
    </message>
</context>
<context>
    <name>preferences</name>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Pictures for others</source>
        <translation>Bilder für andere</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
</context>
<context>
    <name>presets</name>
    <message>
        <source>Plain</source>
        <translation>Schlicht</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Photographic</source>
        <translation>Fotografisch</translation>
    </message>
    <message>
        <source>Painterly</source>
        <translation>Malerisch</translation>
    </message>
</context>
<context>
    <name>search</name>
    <message>
        <source>Likeness, by a second judge</source>
        <translation>Ähnlichkeit nach einem zweiten Bewerter</translation>
    </message>
    <message>
        <source>Picture fits prompt</source>
        <translation>Bild passt zum Prompt</translation>
    </message>
    <message>
        <source>Expression as prompted</source>
        <translation>Ausdruck wie verlangt</translation>
    </message>
    <message>
        <source>As they were</source>
        <translation>Wie sie waren</translation>
    </message>
    <message>
        <source>{mean} ({low} to {high})</source>
        <translation>{mean} ({low} bis {high})</translation>
    </message>
</context>
<context>
    <name>sums</name>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>Ähnlichkeit</translation>
    </message>
    <message>
        <source>Match</source>
        <translation>Nähe</translation>
    </message>
    <message>
        <source>Stars</source>
        <translation>Sterne</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>The terms of its models are not known.</source>
        <translation>Die Bedingungen der Modelle sind nicht bekannt.</translation>
    </message>
    <message>
        <source>Commercial use is allowed.</source>
        <translation>Kommerzielle Nutzung ist erlaubt.</translation>
    </message>
    <message>
        <source>Not for commercial use.</source>
        <translation>Keine kommerzielle Nutzung.</translation>
    </message>
    <message>
        <source>{count} different</source>
        <translation>{count} verschiedene</translation>
    </message>
    <message>
        <source>{least} to {most}</source>
        <translation>{least} bis {most}</translation>
    </message>
</context>
<context>
    <name>terms</name>
    <message>
        <source>Parts of the model: down takes the picture apart, middle is its core, up puts it together again</source>
        <translation>Teile des Modells: abwärts zerlegt das Bild, Mitte ist sein Kern, aufwärts setzt es wieder zusammen</translation>
    </message>
    <message>
        <source>Down, mid and up blocks of the U-Net</source>
        <translation>Down-, Mid- und Up-Blöcke des U-Net</translation>
    </message>
</context>
</TS>
