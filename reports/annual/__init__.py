"""Tables of a plant's year: self-inspection (年度自查), suppliers, CAPA."""
