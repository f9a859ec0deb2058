"""The registry (底册): what is where in the district, whose it is, and who answers the telephone there."""
