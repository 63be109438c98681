# Active Support's methods of strings whose bytes are no characters.
B = "a\xFFb c_d"

def t
  p(yield)
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

%w[squish blank? present? presence to_sym camelize underscore titleize humanize pluralize singularize
   tableize classify dasherize demodulize deconstantize foreign_key upcase_first downcase_first
   strip_heredoc html_safe first last as_json is_utf8?].each { |name| t { [name, B.send(name)] } }
t { B.remove("a") }
t { B.remove(/a/) }
t { B.truncate(3) }
t { B.truncate_words(1) }
t { B.truncate_bytes(4) }
t { B.starts_with?("a") }
t { B.exclude?("a") }
t { B.indent(2) }
t { B.from(1) }
t { "x#{B}y" }
t { B.scrub.length }
t { B.dup.squish! }
