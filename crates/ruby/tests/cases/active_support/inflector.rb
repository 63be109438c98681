words = %w[
  user users person people man men woman women human child children sex move zombie status alias octopus virus bus buffalo
  tomato datum data medium media analysis analyses basis diagnosis wife life half wolf hive query category day soliloquy
  box church class dish matrix vertex index indices mouse mice louse ox oxen quiz quizzes news series species fish sheep
  equipment police rice money information jeans shoe shoes movie movies crisis test testis axis axes database databases
  address addresses process archive archives cache caches tag_alias photo photos hero knife leaf leaves thesis theses
  prognosis UserStatus old_news perspective elves half_move salesperson spokesman Bus BUSES Person PERSON octopi house
  houses base bases slave slaves drive drives foobar1 cow kine horse stadium stadia agency fax passerby prize edge safe
  fireman fish_food jellyfish rice_bag profit_loss schema schemas alumni criteria criterion foot feet tooth cafe perch
  menu gas hex Ox box_ox oxide canvas lens chassis corps jeans_size business businesses day-to-day
]
words.each { |word| puts [word, word.pluralize, word.singularize, word.classify, word.tableize].inspect }
p "".pluralize, " ".pluralize, "user\n".pluralize, "apple".pluralize(1), "apple".pluralize(2), "apple".pluralize(1.0), "apple".pluralize(:es), "apple".pluralize(0)

names = %w[
  active_record active_record/errors ActiveRecord::Errors Foo FooBar HTMLParser parseHTML SSLError users.id foo-bar
  foo_bar_baz a1_b2 A1B2 _leading trailing_ double__underscore Áéí_óú foo/bar_baz user_id UserID author_id _id id
  Admin::Post ::Top Net::HTTP already\ human x y2k PDFDocumentV2 some-Thing JSONHTMLApi 3d_model Model3D iPhone ABC AB A
]
names.each do |name|
  p [name, name.camelize, name.camelize(:lower), name.underscore, name.dasherize, name.demodulize, name.deconstantize, name.humanize,
     name.titleize, name.foreign_key, name.foreign_key(false), name.upcase_first, name.downcase_first, name.tableize, name.classify]
end
p "author_id".humanize(capitalize: false), "author_id".humanize(keep_id_suffix: true), "author_id".titleize(keep_id_suffix: true)
p "x-men: the last stand".titleize, "TheManWithoutAPast".titleize, "raiders_of_the_lost_ark".titleize, "it's o'clock (now) don`t".titleize
p "schema.old_posts".classify, "a.b.c_users".classify
p 0.ordinalize, 1.ordinalize, 2.ordinal, 3.ordinalize, 4.ordinal, 11.ordinalize, 12.ordinal, 13.ordinal, 21.ordinal, 112.ordinalize, -1.ordinalize, -11.ordinal
p ActiveSupport::Inflector.ordinalize("22"), ActiveSupport::Inflector.pluralize(:post), ActiveSupport::Inflector.camelize(:foo_bar, false)
p "String".constantize, "Enumerator::Lazy".constantize, "Nope".safe_constantize, "Math::Nope".safe_constantize, "lower".safe_constantize, "".safe_constantize rescue p $!
begin; "Nope::Nada".constantize; rescue NameError => e; p e.class, e.message; end
p "Donald E. Knuth".parameterize, "^très|Jolie-- ".parameterize, "Donald E. Knuth".parameterize(separator: "_"), "A B".parameterize(preserve_case: true), "A  B".parameterize(separator: "")
p "a--b  c".parameterize(separator: "--"), "-x-".parameterize, "ÆØÅ über".parameterize
p ActiveSupport::Inflector.transliterate("Ærøskøbing Straße Łódź ÷ ŉ ǫ İ ʼ 日本"), ActiveSupport::Inflector.transliterate("日", "x")
begin; ActiveSupport::Inflector.transliterate(:a); rescue ArgumentError => e; p e.message; end
begin; "a".camelize(:nope); rescue ArgumentError => e; p e.message; end

ActiveSupport::Inflector.inflections(:en) do |inflect|
  inflect.acronym "API"
  inflect.acronym "HTML"
  inflect.acronym "RESTful"
  inflect.acronym "McDonald"
  inflect.irregular "cactus", "cacti"
  inflect.irregular "cow", "kine"
  inflect.plural(/^(gen)us$/i, '\1era')
  inflect.singular(/^(gen)era$/i, '\1us')
  inflect.plural "foot", "feet"
  inflect.uncountable %w[metadata gold]
  inflect.uncountable "Air"
  inflect.human(/_cnt$/i, '\1_count')
  inflect.human "legacy_col_person_name", "Name"
end
%w[api_key html_api MyHTML RESTfulController restful_controller mcdonald APIKey HTMLAPI html_tidy APIs UsersAPI my_api_v2 API2 apiece].each do |word|
  p [word, word.camelize, word.camelize(:lower), word.underscore, word.humanize, word.titleize, word.classify, word.tableize]
end
%w[cactus cacti Cactus cow kine Cow KINE genus genera foot feet bigfoot metadata my_metadata gold marigold air repair fresh_air].each { |word| p [word, word.pluralize, word.singularize] }
p "jargon_cnt".humanize, "legacy_col_person_name".humanize
i = ActiveSupport::Inflector.inflections
p i.acronyms, i.plurals.first(3), i.singulars.size, i.humans, i.uncountables.to_a.last(3)
