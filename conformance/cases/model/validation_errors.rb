# run: migrate
# What `errors` and each error answer.
class Song < ActiveRecord::Base
  validates :title, presence: true, length: { minimum: 3, too_short: "needs %{count} letters, has %{value}" }
  validates :artist, presence: { message: ->(song, data) { "of #{song.class} lacks: #{data[:attribute]}, #{data[:model]}, #{data[:value].inspect}" } }
  validates :label, presence: { message: :empty }
  validates :year, numericality: { greater_than: 1900, message: "%{value} is not above %{count} (100%%)" }, allow_nil: true
end

class ValidationErrors < ActiveRecord::Migration[8.1]
  def up
    create_table(:songs) { |t| t.string :title, :artist, :label, :album_name; t.integer :year }
    song = Song.new(title: "x", year: 1800)
    say song.errors.class.name
    say song.errors.inspect
    say song.valid?.inspect
    show(song.errors)
    say song.errors.where(:title).map(&:type).inspect
    say song.errors.where(:title, :too_short, count: 3).size.inspect
    say song.errors.where(:title, :too_short, count: 4).size.inspect
    say [song.errors.include?(:title), song.errors.key?("year"), song.errors.has_key?(:id)].inspect
    say [song.errors.added?(:title, :too_short, count: 3), song.errors.added?(:title, :too_short), song.errors.added?(:label, "can't be empty")].inspect
    say [song.errors.of_kind?(:title, :too_short), song.errors.of_kind?(:label, "can't be empty"), song.errors.of_kind?(:year)].inspect
    say song.errors.delete(:title).inspect
    say song.errors.delete(:title).inspect
    song.errors.add(:base, "is all wrong")
    error = song.errors.add(:album_name, :taken, value: 3, message: "is gone")
    say [error.attribute, error.type, error.raw_type, error.options, error.message, error.full_message, error.details].inspect
    say error.inspect
    say (error == song.errors.objects.last.dup).inspect
    say error.match?(:album_name, :taken, value: 3).inspect
    say error.strict_match?(:album_name, :taken, value: 3).inspect
    song.errors.add("album_name")
    song.errors.add(:album_name, ->(record, options) { "#{record.title} #{options[:note]}" }, note: "!")
    song.errors.add(:"album.title", "is dotted")
    song.errors.add(:"tracks[1].title", "is indexed")
    song.errors.add(:label, :too_long, count: 1)
    song.errors.add(:label, :nothing, message: "%<size>.2f of %{who}", size: 2, who: ->(values) { values.keys.inspect })
    song.errors.add(:year, :nonsense)
    show(song.errors)
    begin
      song.errors.add(:label, :taken, message: "%{missing}").message
    rescue => e
      say "#{e.class}: #{e.message.sub(/\(.*/m, "")}"
    end
    song.errors.objects.pop
    say song.errors.full_messages_for(:album_name).inspect
    say song.errors.messages_for(:base).inspect
    say song.errors.full_message(:album_name, "is odd").inspect
    say song.errors.generate_message(:album_name, :too_long, count: 7).inspect
    say song.errors.as_json(full_messages: true).inspect
    say song.errors.group_by_attribute.keys.inspect
    say song.errors.attribute_names.frozen?.inspect
    say song.errors.messages[:nothing].inspect
    begin
      song.errors.add(:title, :blank, strict: true)
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      song.errors.add(:title, :blank, strict: ArgumentError)
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    other = Song.new
    other.errors.merge!(song.errors)
    other.errors.import(song.errors.first, attribute: "label", type: "blank")
    say other.errors.map { |one| [one.class.name, one.attribute, one.type, one.inner_error.attribute] }.inspect
    say other.errors.full_messages.last
    say other.errors.size.inspect
    other.errors.uniq!
    say [other.errors.size, other.errors.count, other.errors.any?, other.errors.none?, other.errors.to_a.length].inspect
    copy = Song.new
    copy.errors.copy!(song.errors)
    say [copy.errors.size, copy.errors.first.base.equal?(copy), copy.errors.map(&:type)].inspect
    say song.errors.dup.clear.inspect
    say song.dup.errors.size.inspect
    say song.errors.sort_by { |one| one.attribute.to_s }.first.attribute.inspect
    song.errors.clear
    say [song.errors.empty?, song.errors.blank?, song.errors.first].inspect
    say song.errors.to_hash.inspect
    begin
      song.validate!
    rescue ActiveRecord::RecordInvalid => e
      say e.message
    end
    say song.invalid?.inspect
    say Song.human_attribute_name("album_name")
    say Song.human_attribute_name("album.first_title")
    name = Song.model_name
    say [name.singular, name.plural, name.element, name.human, name.collection, name.param_key, name.i18n_key, name.route_key, name.singular_route_key, name.to_s].inspect
    say (name == "Song").inspect
    say Song.new.model_name.human
  end

  def show(errors)
    say errors.full_messages.inspect
    say errors.to_hash.inspect
    say errors.details.inspect
    say errors.attribute_names.inspect
    say errors.inspect
  end
end
