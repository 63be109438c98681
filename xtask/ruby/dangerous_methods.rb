# ruby dangerous_methods.rb RAILS: the names that a model's attributes, associations, enums and scopes cannot have, since
# Active Record has them, and the forms that each attribute's name takes. A line each: whose they are, and the names.
require "logger"

rails = ARGV.fetch(0)
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
require "active_record"

base, relation = ActiveRecord::Base, ActiveRecord::Relation
instance = ActiveRecord::AttributeMethods.dangerous_attribute_methods
klass = (base.methods + base.private_methods + %i[allocate new name superclass]).select { |name| base.dangerous_class_method?(name) }
of_relations = (relation.instance_methods + relation.private_instance_methods).select { |name| base.method_defined_within?(name, relation) }

puts "patterns: #{base.attribute_method_patterns.map { |pattern| "#{pattern.prefix}*#{pattern.suffix}" }.join(" ")}"
{ instance:, class: klass, relation: of_relations }.each { |of, names| puts "#{of}: #{names.map(&:to_s).uniq.sort.join(" ")}" }
