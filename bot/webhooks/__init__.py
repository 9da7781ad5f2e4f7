"""What addresses outside are told of what happens at the docks: signed JSON, at least once, in order per handover."""
