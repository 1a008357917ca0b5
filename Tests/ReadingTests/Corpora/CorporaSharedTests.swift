import Foundation
import TenorFiles
import TenorReading
import Testing

/// Corpora that are too large, or not free enough, to ship. They are next to the project, or where TENOR_SHARED points.
private let shared: URL? = {
    let besides = URL(filePath: #filePath).appending(path: "../../../../../shared").standardizedFileURL
    let folder = ProcessInfo.processInfo.environment["TENOR_SHARED"].map { URL(filePath: $0) } ?? besides
    return FileManager.default.fileExists(atPath: folder.appending(path: "corpora").path) ? folder : nil
}()

@Suite struct CorporaSharedTests {
    @Test(.enabled(if: shared != nil, "there is no folder of shared corpora: TENOR_SHARED names none, and ../shared is not there"))
    func everySharedCorpusIsReadAsPythonReadsIt() throws {
        let folder = try #require(shared)
        for (name, count, digest) in asPythonReadsThem {
            let path = folder.appending(path: name).path
            // A corpus that is missing is not the reader's fault.
            guard FileManager.default.fileExists(atPath: path) else { continue }
            var reader = try DocumentReader(path, wantsLabels: true)
            var rows = 0
            var found = SHA256()
            while let document = try reader.next() {
                rows += 1
                found.update(Array("\(document.text)\u{1F}\(document.label ?? "")\u{1E}".utf8))
            }
            #expect(rows == count, "\(name)")
            #expect(found.hexadecimal == digest, "\(name)")
        }
    }

    @Test(.enabled(if: shared != nil, "there is no folder of shared corpora: TENOR_SHARED names none, and ../shared is not there"))
    func latin1LinesAreReadAsFoundationReadsThem() throws {
        let path = try #require(shared).appending(path: "corpora/financial_phrasebank/raw/Sentences_50Agree.txt").path
        let content = try String(contentsOfFile: path, encoding: .isoLatin1)
        let lines = content.unicodeScalars.split(separator: "\n").map { String($0.last == "\r" ? $0.dropLast() : $0) }
        var reader = try DocumentReader(path, InputFormat(linesAreDocuments: true, encoding: .latin1))
        var found: [String] = []
        while let document = try reader.next() { found.append(document.text) }
        #expect(found == lines)
        #expect(found.count == 4846)
    }
}

/// File, number of rows, and SHA-256 over each row's text, 0x1F, label and 0x1E, as read by Python 3.11:
/// ```python
/// for row in csv.DictReader(open(path, encoding="utf-8", newline="")):
///     digest.update(f"{row['text']}\x1f{row['label']}\x1e".encode())
/// ```
private let asPythonReadsThem: [(String, Int, String)] = [
    ("corpora/ag_news/partial_train.csv", 10001, "100b72c87e3e40180dc00014ffb3b3aa7f6201028af6efc2250806dae2d4c0a0"),
    ("corpora/ag_news/test.csv", 7600, "7f99b2450afb333b7d246d63a49181b3c38d9cb09c3d7461a946a0465e558973"),
    ("corpora/cola/dev.csv", 1043, "a6f0fc7ff5e0ac68381c1df71f3441238b1fc9f16bcd08660ee69ab150e74a94"),
    ("corpora/cola/train.csv", 8551, "c17433ceff3bf974934415ce04da4b3383a87c7c8a48d7cf0f5504a88b3c8c61"),
    ("corpora/financial_phrasebank/50agree.csv", 4846, "42d4ab5deff06182fdce3ab97bac84c7823b5f21fa58258fb7af7df4707c5b09"),
    ("corpora/financial_phrasebank/66agree.csv", 4217, "11ad770fca908360e131970c4a4e53aea8191450a2d0cd5e06e91f1daf6f3ada"),
    ("corpora/financial_phrasebank/75agree.csv", 3453, "ffc0a84959472b310606b80bc1563d0bde9809c5e2dab698d2e3c510b91daf31"),
    ("corpora/financial_phrasebank/allagree.csv", 2264, "92e0cc19559ab35c38cfb8870b87d1a5a7954aab9afd8edc90b266f945c05978"),
    ("corpora/movie_reviews/all.csv", 2000, "63d0434fa95937785dcb823dc234dccabc21cb8914d60a551ad497a46db1d010"),
    ("corpora/pros_cons/all.csv", 45867, "e2bc067c4e77db3f835e294167c108724a10df99686fc41415dce317078f7f41"),
    ("corpora/sms_spam/all.csv", 5574, "449f5b736da9be57148d552f68952d7acb9fe519fbbaa01e97e29ffd5e64e356"),
    ("corpora/sst2_glue/dev.csv", 872, "e3bcf56d7f1818046cdd57698b0b413722bbe692bb2584472ba85e430394c043"),
    ("corpora/sst2_glue/test.csv", 1821, "08cb47ea761b74cad2d594736befdd91c4c2495acdfba5b0a1af4189864e2833"),
    ("corpora/sst2_glue/train.csv", 67349, "96f1b51f0443b06b57e0df83c758cf3cd5a4b3f8fa051d0bdc5362098f3a2064"),
    ("corpora/sst2_sentence/dev.csv", 872, "f9a2341d182ad788f201f67a6ce3ac043d4ba12447278d6fd378c64af7f74b10"),
    ("corpora/sst2_sentence/test.csv", 1821, "018c8dabea2de6076c764b816bb3092a7eb81d63fc72c28b7130bbdb15973b81"),
    ("corpora/sst2_sentence/train.csv", 6920, "dfb2a1858fc6094a51b79ea781f7cf5c2f6d72882213ed3f1ee301d749257a70"),
    ("corpora/sst5/dev.csv", 1101, "f366a544df075db710471b6f4c33fe20dfcf77ccda5de40ef7c872d614875759"),
    ("corpora/sst5/test.csv", 2210, "ccd30a142accc7a823ce40b5397acc6712a13cf21545bddba3e37ca58c2b56a1"),
    ("corpora/sst5/train.csv", 8544, "2e91a8b97902fa74eb760f3f964e23f38eb9def980b302893d42ddcdbc87616a"),
    ("corpora/subj/all.csv", 10000, "65e953610a15a61539e63154ac5c4a2aa42e87e457d1b8d5682f2a5ce4a2b0fd"),
    ("corpora/uci_sentiment_sentences/amazon.csv", 1000, "6df9f7461dc93f61051bddecfb0085020b28ecbef3ff4755373006b7c1b3272e"),
    ("corpora/uci_sentiment_sentences/imdb.csv", 1000, "b64877eb69e10db058bc4a001f60fc1bf90240ace9c6c20193218b16920130f5"),
    ("corpora/uci_sentiment_sentences/yelp.csv", 1000, "1dacc67f52519adc7922bc414d988cb372f4d9a1c726f8e6b8f1aa570fca39d5"),
    ("corpora/umsab/english/dev.csv", 324, "430c7ded07b8850d66976f0713db5df2e70e00153f39589602cdbad40e4439c3"),
    ("corpora/umsab/english/test.csv", 870, "f9e87b0364813d1068b2d10926282da5eae2c9c501e28c5657a70ce67760cedc"),
    ("corpora/umsab/english/train.csv", 1839, "e41287163bb68846f2f1947167cd7aa1583c7bbb86068b63f42bb64883961c18"),
    ("corpora/umsab/german/dev.csv", 324, "3de07a499c8edbd0aa00dd194cee59675ae95172124cbd4494397ff32d425543"),
    ("corpora/umsab/german/test.csv", 870, "ab491bbc9eacfc0ea76223f9cd52764a9fc80ed6826a267f88c6edf5b8ffade2"),
    ("corpora/umsab/german/train.csv", 1839, "0b1d1da96870635f1423a94be74821051e44d3e80b636c88f16db8acc6f55503"),
    ("corpora/umsab/spanish/dev.csv", 324, "4d408f317f0200a0f61b66ea5061a722bdf216779b578697938454d470d9962e"),
    ("corpora/umsab/spanish/test.csv", 870, "04d406d8fbee07fa0e6a89342fce9ae58995e5197d6ffb67fbe5fd165b16bfe1"),
    ("corpora/umsab/spanish/train.csv", 1839, "8a7a5aadb3c22460e7ceaa56fa7879060f4c5740709f4564014a185eea220889"),
]
