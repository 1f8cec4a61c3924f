"""The NMPA forms of a recall: event report, plan, progress; labels as data, values from one release."""
