/// The counts of a ``Transplant``, for display.
package struct TransplantCounts: Sendable {
    package let pieces: Int
    package let twins: Int
    package let means: Int
    package let unknown: Int
}
