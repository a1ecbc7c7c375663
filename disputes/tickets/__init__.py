"""The tickets of disputes as pages of the administration: for who decides them and who reads along."""
