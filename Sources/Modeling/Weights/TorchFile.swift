import TenorFiles

/// `pytorch_model.bin` as `torch.save` has written it since PyTorch 1.6: a zip file with a pickle, `data.pkl`, that describes the tensors,
/// and an entry `data/0`, `data/1` … with the numbers of each storage. All are in one folder, whose name does not matter.
enum TorchFile {
    /// The first bytes of the previous format: a pickled magic number (`torch/serialization.py`, MAGIC_NUMBER).
    private static let oldMagic: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    /// All tensors of the file, in the state dict's order. Tensors may share a storage.
    static func tensors(in file: MappedFile) throws(WeightsError) -> [StoredTensor] {
        if file.withBytes({ $0.starts(with: oldMagic) }) { throw .oldTorchFormat(file: file.name) }
        let archive = try ZipArchive(file)
        let pickles = archive.entries.filter { $0.key.hasSuffix("/data.pkl") && $0.key.count { $0 == "/" } == 1 }
        guard let pickle = pickles.first, pickles.count == 1 else { throw .noPickle(file: file.name) }
        let folder = pickle.key.dropLast("data.pkl".count)
        if let order = archive.entries["\(folder)byteorder"], file.text(order) != "little" { throw .bigEndian(file: file.name) }

        var tensors: [StoredTensor] = []
        for (name, view) in try Unpickler.stateDict(in: file, at: pickle.value) {
            let storage = view.storage
            guard let bytes = archive.entries["\(folder)data/\(storage.key)"] else {
                throw .missingStorage(file: file.name, key: storage.key)
            }
            let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
            guard !overflow, bytes.count == needed else {
                throw .wrongStorageSize(file: file.name, tensor: name, bytes: bytes.count, needed: overflow ? Int.max : needed)
            }
            guard isWithinStorage(view) else {
                throw .viewBeyondStorage(file: file.name, tensor: name, shape: view.shape, elements: storage.count)
            }
            tensors.append(
                StoredTensor(
                    name: name, file: file, type: storage.type, shape: view.shape, strides: view.strides,
                    offset: bytes.lowerBound + view.offset * storage.type.size))
        }
        return tensors
    }

    /// Whether the last number of the view is in its storage, and the view has no more numbers than its storage from its offset on.
    /// Otherwise a small file with a view that repeats numbers could claim a tensor of any size.
    private static func isWithinStorage(_ view: Unpickler.View) -> Bool {
        guard view.offset >= 0, view.offset <= view.storage.count, view.shape.allSatisfy({ $0 >= 0 }), view.strides.allSatisfy({ $0 >= 0 }),
            let count = StoredTensor.byteCount(view.shape, size: 1), count <= view.storage.count - view.offset
        else { return false }
        guard count > 0 else { return true }
        var last = view.offset
        for (length, stride) in zip(view.shape, view.strides) {
            let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
            let (sum, sumOverflow) = last.addingReportingOverflow(reach)
            guard !overflow, !sumOverflow else { return false }
            last = sum
        }
        return last < view.storage.count
    }
}
