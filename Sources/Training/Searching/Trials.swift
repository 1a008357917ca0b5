import TenorFiles
import TenorModeling

/// What was measured before the training on all rows: what a checkpoint stores of it.
package struct Trials: Sendable {
    /// Of the recipes that were compared, in their order.
    package var scores: [RecipeScore] = []
    /// What the rows were given in a cross-validation that the options ask for; nil if there was none yet.
    package var outOfFold: OutOfFold?

    package init(scores: [RecipeScore] = [], outOfFold: OutOfFold? = nil) { (self.scores, self.outOfFold) = (scores, outOfFold) }

    var json: JSON {
        var json: JSON.Object = [
            "recipes": .array(scores.map { ["recipe": .string($0.recipe.name), "answers": $0.answers.json] })
        ]
        if let outOfFold { json["folds"] = outOfFold.json }
        return .object(json)
    }

    /// Reads what ``json`` gave; nil if it is not of these recipes, rows and labels.
    init?(_ json: JSON, _ recipes: [Recipe], _ targets: Targets, labelCount: Int) {
        guard let found = json["recipes"]?.array, found.count <= recipes.count else { return nil }
        for (json, recipe) in zip(found, recipes) {
            guard json["recipe"]?.string == recipe.name,
                let answers = OutOfFold(json["answers"], targets, labelCount: labelCount)
            else { return nil }
            scores.append(RecipeScore(recipe: recipe, answers: answers))
        }
        guard let folds = json["folds"] else { return }
        guard let answers = OutOfFold(folds, targets, labelCount: labelCount) else { return nil }
        outOfFold = answers
    }
}
