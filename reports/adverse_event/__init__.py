"""An adverse event from its complaint: data of the NMPA report, FDA 3500A and the EU MIR, and deadlines."""
