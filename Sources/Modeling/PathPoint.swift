/// A point of a ``StatePath``.
package struct PathPoint: Sendable {
    /// The output of the head at this point.
    package let output: Float
    /// For each token t the sum over the columns c of (end - start)[t, c] · ∂output/∂x[t, c]. Together they are the output's derivative
    /// with respect to α.
    package let slopes: [Double]
}
