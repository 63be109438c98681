# Times that a table calls by other names.
class TimestampAliases < ActiveRecord::Migration[8.1]
  class Note < ActiveRecord::Base
    alias_attribute :created_at, :made_at
    alias_attribute :updated_at, :changed_at
  end

  def up
    create_table :notes do |t|
      t.string :name
      t.datetime :made_at
      t.datetime :changed_at
    end
    note = Note.create!(name: "a")
    say [note.made_at.nil?, note.changed_at.nil?, note.created_at == note.made_at].inspect
    note.update!(changed_at: Time.utc(2020, 1, 2))
    note.update!(name: "b")
    say (note.updated_at > Time.utc(2020, 1, 3)).inspect
    copy = note.dup
    say [copy.made_at, copy.changed_at].inspect
    Note.update_all(changed_at: nil)
    Note.where(name: "b").touch_all(time: Time.utc(2021, 3, 4))
    say Note.pluck(:changed_at).inspect
    Note.insert_all([{ name: "c" }])
    say Note.where(name: "c").pick(:changed_at).nil?.inspect
    note.touch(time: Time.utc(2022, 5, 6))
    say note.changed_at.inspect
  end

  def down
    drop_table :notes
  end
end
