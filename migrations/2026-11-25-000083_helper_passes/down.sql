drop table helper_passes;
