import TenorMeasuring

/// Seconds as people read them, such as "3 min 20 s".
func duration(_ seconds: Double) -> String {
    if seconds < 60 { return "\(fixed(seconds, 0)) s" }
    if seconds < 3600 { return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s" }
    return "\(Int(seconds) / 3600) h \(Int(seconds) % 3600 / 60) min"
}
