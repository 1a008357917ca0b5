
import Tuning

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Nothing is overwritten unless the person says so; better found out before hours of work than after.
func refuseToOverwrite(_ path: String, force: Bool) throws {
    if !force, access(path, F_OK) == 0 { throw FolderError.exists(path: path) }
}
