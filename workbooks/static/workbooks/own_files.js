// Unfold writes a chosen file's name into a text field of its widget's; where there is none the browser shows the name.
for (const input of document.querySelectorAll('.ask input[type="file"]')) {
    input.hasChangeListener = true;
}
