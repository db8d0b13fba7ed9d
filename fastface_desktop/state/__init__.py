"""What the window shows, as QObjects without widgets: settings, engine, jobs, photos, session."""
