"""Tests of the module, with the model folder that TENOR_TEST_MODEL names: one that gives each text one of several labels."""

import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from tenor import Classifier, LabelAnswer, Regressor, TenorError

MODEL = os.environ["TENOR_TEST_MODEL"]


class ClassifierTests(unittest.TestCase):
    def test_texts_are_answered_in_order(self) -> None:
        texts = ["My parcel was due on Monday.", "You charged my card twice."]
        with Classifier(MODEL) as classifier:
            answers = classifier.predict(texts)
            backwards = classifier.predict(reversed(texts))
        self.assertEqual([answer.label for answer in answers], [answer.label for answer in reversed(backwards)])
        for answer in answers:
            self.assertIsInstance(answer, LabelAnswer)
            self.assertEqual(answer.probability, max(answer.probabilities.values()))
            self.assertAlmostEqual(sum(answer.probabilities.values()), 1, places=5)

    def test_a_text_keeps_its_lines_quotes_and_characters(self) -> None:
        texts = ['one\nline\r\nand "another"', "Größe 💡", "\\u0041", "x" * 100_000]
        with Classifier(MODEL) as classifier:
            self.assertEqual(len(classifier.predict(texts)), len(texts))
            self.assertGreater(classifier.predict(["word " * 5_000])[0].truncated, 0)

    def test_a_blank_text_has_no_label(self) -> None:
        with Classifier(MODEL) as classifier:
            for answer in classifier.predict(["", " \n"]):
                self.assertEqual((answer.label, answer.probability, answer.probabilities), (None, None, {}))

    def test_no_texts_have_no_answers(self) -> None:
        with Classifier(MODEL) as classifier:
            self.assertEqual(classifier.predict([]), [])

    def test_more_texts_than_a_pipe_holds(self) -> None:
        with Classifier(MODEL, threads=1, max_length=8) as classifier:
            self.assertEqual(len(classifier.predict(["a text of some length " * 20] * 3_000)), 3_000)

    def test_threads_share_a_model(self) -> None:
        texts = [f"Parcel number {number} is late." for number in range(40)]
        with Classifier(MODEL) as classifier:
            expected = {text: classifier.predict([text])[0] for text in texts}
            wrong = []

            def ask(text: str) -> None:
                if classifier.predict([text])[0] != expected[text]:
                    wrong.append(text)

            threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(wrong, [])

    def test_what_is_no_text_is_refused_and_nothing_else_happens(self) -> None:
        with Classifier(MODEL) as classifier:
            with self.assertRaisesRegex(ValueError, r"texts\[1\] holds a NUL"):
                classifier.predict(["fine", "a\0b"])
            with self.assertRaisesRegex(ValueError, r"texts\[0\] holds half of a surrogate pair at 1"):
                classifier.predict(["a\ud800"])
            with self.assertRaisesRegex(TypeError, r"texts\[0\] is a int"):
                classifier.predict([1])  # type: ignore[list-item]
            with self.assertRaisesRegex(TypeError, "texts is a str"):
                classifier.predict("one text")
            self.assertEqual(len(classifier.predict(["fine"])), 1)

    def test_a_missing_folder_is_named(self) -> None:
        with self.assertRaisesRegex(TenorError, "^nowhere: is not there"):
            Classifier("nowhere")

    def test_a_folder_without_a_model_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(TenorError, f"^{folder}"):
            Classifier(Path(folder))

    def test_a_wrong_option_is_explained(self) -> None:
        with self.assertRaisesRegex(TenorError, "--threads is 0"):
            Classifier(MODEL, threads=0)

    def test_another_kind_of_model_is_explained(self) -> None:
        with self.assertRaisesRegex(TenorError, "is no model for Regressor, open it with Classifier"):
            Regressor(MODEL)

    def test_a_program_that_was_killed_is_an_error_and_stays_one(self) -> None:
        classifier = Classifier(MODEL)
        os.kill(classifier._program._process.pid, signal.SIGKILL)
        classifier._program._process.wait()
        with self.assertRaisesRegex(TenorError, "ended with status -9"):
            classifier.predict(["text"])
        with self.assertRaisesRegex(TenorError, "is closed, open it again"):
            classifier.predict(["text"])

    def test_a_program_that_dies_while_it_answers_gives_its_last_line(self) -> None:
        classifier = Classifier(MODEL)
        process = classifier._program._process
        classifier._program._errors.write(b"tenor: a reason\n")
        classifier._program._errors.flush()
        process.send_signal(signal.SIGSTOP)
        threading.Timer(0.1, process.kill).start()
        with self.assertRaisesRegex(TenorError, "^a reason$"):
            classifier.predict(["text"])

    def test_a_closed_model_has_no_process(self) -> None:
        classifier = Classifier(MODEL)
        process = classifier._program._process
        classifier.close()
        classifier.close()
        self.assertIsNotNone(process.returncode)
        with self.assertRaises(TenorError):
            classifier.predict(["text"])


if __name__ == "__main__":
    unittest.main()
