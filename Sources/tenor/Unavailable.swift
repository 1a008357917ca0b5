import ArgumentParser

/// Something was requested that this build or this machine cannot do.
struct Unavailable: Error, CustomStringConvertible {
    let description: String
}
