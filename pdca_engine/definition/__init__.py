"""What a workflow is and what follows from it: text becomes paper, paper is checked, decided by, played, changed, drawn and exchanged.

Rooms, lowest first: `paper` (what a file says, as plain data), `language` and `guards` (the words and the rules one may write), `reading`
(text to paper) and `deciding` (what a step does), `playing`, `changing`, `drawing`, `learning`, `checks`, `exchange`."""
