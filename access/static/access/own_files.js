// Unfold writes a chosen file's name into a text field nearby, which may be another one; the browser shows the name.
for (const input of document.querySelectorAll('form input[type="file"]')) {
    input.hasChangeListener = true;
}
