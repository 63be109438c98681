# Settings that a class has for itself, or sets for all.
class ClassSettings < ActiveRecord::Migration[8.1]
  class Thing < ActiveRecord::Base
    self.pluralize_table_names = false
  end

  class Part < ActiveRecord::Base
  end

  class Whole < ActiveRecord::Base
    self.table_name = "thing"
    self.partial_inserts = false
  end

  class Piece < Whole
  end

  class Prefixed < ActiveRecord::Base
    self.table_name = "thing"
    self.primary_key_prefix_type = :table_name_with_underscore
  end

  def up
    create_table(:thing) do |t|
      t.string :name
      t.integer :size, default: 3
      t.string :note
    end
    create_table(:parts) { |t| t.string :name }
    say [Thing.table_name, Part.table_name, Thing.pluralize_table_names, Part.pluralize_table_names].inspect
    Thing.create!(name: "a")
    Part.create!(name: "a")
    Whole.create!(name: "b")
    Piece.partial_inserts = true
    Piece.create!(name: "c")
    say [Whole.partial_inserts, Piece.partial_inserts?, Thing.partial_inserts].inspect
    whole = Whole.find_by!(name: "b")
    Whole.partial_updates = false
    whole.update!(name: "d")
    say Prefixed.primary_key.inspect
    Prefixed.primary_key_prefix_type = :table_name
    say Prefixed.reset_primary_key.inspect
    Prefixed.primary_key_prefix_type = nil
    say Prefixed.reset_primary_key.inspect
    Part.sequence_name = "some_sequence"
    say Part.sequence_name.inspect
  end

  def down
    drop_table :thing
    drop_table :parts
  end
end

class PrefixOfKeys < ActiveRecord::Migration[8.1]
  def up
    ActiveRecord::Base.primary_key_prefix_type = :table_name
    create_table(:wheels) { |t| t.string :name }
    ActiveRecord::Base.primary_key_prefix_type = :table_name_with_underscore
    create_table(:spokes) { |t| t.string :name }
  ensure
    ActiveRecord::Base.primary_key_prefix_type = nil
  end

  def down
    drop_table :wheels
    drop_table :spokes
  end
end
