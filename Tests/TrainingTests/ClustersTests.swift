import TenorClassifying
import TenorLayers
import Testing

@Suite struct ClustersTests {
    @Test func `Points in three heaps are in three clusters, one for each heap`() {
        let centres: [[Float]] = [[0, 0], [10, 0], [0, 10]]
        let points = (0..<30).flatMap { index in centres[index % 3].map { $0 + Float(index) / 100 } }
        let clusters = Clusters(Matrix(rows: 30, columns: 2, points).view, count: 3, seed: 1)
        #expect(Set(clusters.places).count == 3)
        for index in 0..<30 { #expect(clusters.places[index] == clusters.places[index % 3]) }
        #expect(clusters.distances.allSatisfy { $0 < 0.1 })
    }

    @Test func `More clusters than different points, and no points, are no error`() {
        let same = Clusters(Matrix(rows: 4, columns: 2, [Float](repeating: 1, count: 8)).view, count: 3, seed: 1)
        #expect(same.distances == [0, 0, 0, 0])
        #expect(Clusters(Matrix(rows: 0, columns: 2).view, count: 3, seed: 1).places.isEmpty)
    }
}
