("a_b" * 100_000).camelize.underscore.titleize.parameterize.pluralize
