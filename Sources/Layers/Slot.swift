/// An index into a network's parameter list. Layers hold slots; the numbers are in ``Parameters``.
package struct Slot: Hashable, Sendable {
    package let index: Int

    package init(_ index: Int) { self.index = index }
}
