/// An encoder with a head on top, as its family builds them from a configuration.
package struct Network: Sendable {
    package let encoder: any Encoder
    package let head: Head
}
