// The site shows by its own styles that something is under way; htmx would write some into the page, which no page may.
htmx.config.includeIndicatorStyles = false;
