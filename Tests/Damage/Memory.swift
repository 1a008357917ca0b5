import Foundation

/// Runs `body` while this process may use at most this many bytes of memory more than now.
package func limitingMemory(to bytes: Int, _ body: () -> Void) {
    let pages =
        (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").first.flatMap { UInt($0) } ?? 0
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    var limits = rlimit()
    precondition(getrlimit(resource, &limits) == 0)
    let unlimited = limits.rlim_cur
    limits.rlim_cur = pages * UInt(sysconf(Int32(_SC_PAGESIZE))) + UInt(bytes)
    precondition(setrlimit(resource, &limits) == 0)
    body()
    // Threads of the mathematics library may still be starting, and retry their allocations until they succeed.
    limits.rlim_cur = unlimited
    precondition(setrlimit(resource, &limits) == 0)
}
