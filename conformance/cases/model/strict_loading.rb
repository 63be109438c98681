# run: migrate
class Shelf < ActiveRecord::Base
  has_many :boxes
  has_many :strict_boxes, class_name: "Box", strict_loading: true
  has_many :scoped_boxes, -> { strict_loading }, class_name: "Box"
  has_many :things, through: :boxes
  has_one :first_thing, through: :boxes, source: :things
  belongs_to :room, optional: true
  has_one :label
end

class Box < ActiveRecord::Base
  belongs_to :shelf
  has_many :things
end

class Thing < ActiveRecord::Base
  belongs_to :box
end

class Room < ActiveRecord::Base
  self.strict_loading_by_default = true
  has_many :shelves
end

class Label < ActiveRecord::Base
  belongs_to :shelf
end

class StrictLoading < ActiveRecord::Migration[8.1]
  def up
    create_table(:rooms) { |t| t.string :name }
    create_table(:shelves) { |t| t.references :room; t.string :name }
    create_table(:boxes) { |t| t.references :shelf; t.string :name }
    create_table(:things) { |t| t.references :box; t.string :name }
    create_table(:labels) { |t| t.references :shelf; t.string :name }
    room = Room.create!(name: "r")
    shelf = Shelf.create!(name: "s", room: room)
    boxes = %w[a b].map { |name| shelf.boxes.create!(name: name) }
    boxes.each { |box| box.things.create!(name: "in #{box.name}") }
    Label.create!(shelf: shelf, name: "l")

    one = Shelf.strict_loading.first
    say [one.strict_loading?, Shelf.first.strict_loading?, Room.first.strict_loading?].inspect
    try { one.boxes.to_a }
    try { one.boxes.first }
    try { one.room }
    try { one.label }
    try { one.things.map(&:name) }
    try { one.boxes.count }
    try { one.boxes.where(name: "a").to_a }
    try { Shelf.first.strict_boxes.to_a }
    try { Shelf.first.scoped_boxes.first.things.to_a }
    try { Room.first.shelves.to_a }
    try { Shelf.first.room.shelves.to_a }
    try { Room.first.tap { |one| one.strict_loading!(false) }.shelves.to_a.first.name }
    try { Shelf.strict_loading.preload(:boxes).first.boxes.first.things.to_a }
    try { Shelf.strict_loading.preload(boxes: :things).first.boxes.first.things.to_a.first.name }
    try { Shelf.strict_loading.eager_load(:boxes).first.boxes.first.things.to_a }
    try { Shelf.strict_loading.includes(:things).first.things.map(&:name) }
    try { Shelf.strict_loading.strict_loading(false).first.boxes.size }
    few = Shelf.first
    few.strict_loading!(mode: :n_plus_one_only)
    say [few.strict_loading?, few.strict_loading_n_plus_one_only?, few.strict_loading_mode].inspect
    try { few.boxes.first.name }
    try { few.boxes.to_a.first.things.to_a }
    try { few.label.shelf.name }
    try { few.strict_loading!(mode: :some) }
    strict = Shelf.first
    strict.strict_loading!
    try { strict.update!(name: "t") }
    try { strict.boxes << Box.new(name: "c") }
    try { strict.reload.name }

    try { Shelf.first.first_thing }
    try { Shelf.joins(:first_thing).to_a }
    try { Shelf.preload(:first_thing).to_a }
  end

  def try
    say yield.inspect
  rescue => error
    say "#{error.class}: #{error.message}"
  end
end
