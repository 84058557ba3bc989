-- So that the comparison is planned for what was read.
analyze auditfile_line;
