"""The panel: one column of controls that every host shows. State knows no widget, widgets know one controller."""
