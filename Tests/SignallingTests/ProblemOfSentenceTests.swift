import Configuration
import Testing

@testable import Signalling

@Suite("Problems of plugins")
struct ProblemOfSentenceTests {
    @Test(
        "The remedy is what a sentence says last; without one, where such a key is explained",
        arguments: [
            ("plugins.folder", "it is gone; make it.", "it is gone", "make it"),
            (
                "plugins.instances.a.settings.b", "expected true or false", "expected true or false",
                "`tandem plugins PLUGIN` shows what can be set"
            ),
            ("plugins.folder", "it is gone", "it is gone", "see docs/CONFIGURATION.md"),
        ])
    func remedy(path: String, sentence: String, message: String, remedy: String) {
        let problem = ConfigurationProblem(at: nil, path: path, sentence: sentence)
        #expect(problem.message == message && problem.remedy == remedy)
    }
}
