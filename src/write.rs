//! From a file tree to a directory on disk.
