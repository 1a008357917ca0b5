import TenorFiles

/// `pytorch_model.bin` as `torch.save` wrote it before PyTorch 1.6: five pickles, one after the other, then the numbers of each storage.
///
/// The pickles are a magic number, the format's version, facts about the system, the state dict, and the list of storage keys. For each key
/// follow the count of numbers, in eight bytes, and the numbers (`torch/serialization.py`, `_legacy_load`).
enum OldTorchFile {
    /// The pickled magic number.
    private static let magic: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]

    static func isOne(_ file: MappedFile) -> Bool { file.withBytes { $0.starts(with: magic) } }

    /// All tensors of the file, in the state dict's order.
    static func tensors(in file: MappedFile) throws(WeightsError) -> [StoredTensor] {
        var at = magic.count
        try Unpickler.skipNumber(in: file, at: &at)
        guard try Unpickler.isLittleEndian(in: file, at: &at) else { throw .bigEndian(file: file.name) }
        let views = try Unpickler.stateDict(in: file, at: &at)
        let keys = try Unpickler.strings(in: file, at: &at)
        let storages = Dictionary(views.map { ($0.view.storage.key, $0.view.storage) }) { first, _ in first }
        var places: [String: Range<Int>] = [:]
        let end = file.count
        for key in keys {
            // A storage that no tensor uses has no known size, so nothing after it can be found.
            guard let storage = storages[key] else { throw .missingStorage(file: file.name, key: key) }
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
            guard !overflow, end - at >= 8, end - at - 8 >= size, file.integer(Int64.self, at: at) == Int64(storage.count) else {
                throw .cutStorage(file: file.name, key: key, needed: overflow ? Int.max : size, available: max(0, end - at - 8))
            }
            places[key] = at + 8..<at + 8 + size
            at += 8 + size
        }
        return try TorchFile.tensors(views, in: file) { places[$0] }
    }
}
