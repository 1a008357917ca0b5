import TenorFiles

/// The maximum number of threads that can be requested. Each uses memory of its own.
package let mostThreads = 1024

/// The number of processors available to this process: those in its affinity mask, but at most its container's CPU limit.
package func processorCount() -> Int {
    var count = allowedProcessors() ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    if let quota = containerLimit() { count = min(count, max(1, Int(quota.rounded(.up)))) }
    return max(count, 1)
}

/// The number of processors in the process's affinity mask, from /proc/self/status: hexadecimal digits, with commas between groups.
private func allowedProcessors() -> Int? {
    guard let file = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(file) }
    while let words = nextLine(file) {
        if words.first == "Cpus_allowed:", words.count == 2 {
            return words[1].compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        }
    }
    return nil
}

/// The CPU limit, in processors, from `cpu.max` (cgroup v2) or `cpu.cfs_quota_us` (v1); nil if there is none.
private func containerLimit() -> Double? {
    if let parts = words("/sys/fs/cgroup/cpu.max"), parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]) {
        return quota / period
    }
    if let quota = words("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")?.first.flatMap({ Double($0) }), quota > 0,
        let period = words("/sys/fs/cgroup/cpu/cpu.cfs_period_us")?.first.flatMap({ Double($0) })
    {
        return quota / period
    }
    return nil
}

private func words(_ path: String) -> [Substring]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    return nextLine(file)
}

private func nextLine(_ file: UnsafeMutablePointer<FILE>) -> [Substring]? {
    var line = Array(repeating: CChar(0), count: 4096)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split { $0.isWhitespace }
}
