# run: migrate
class Note < ActiveRecord::Base
  before_save { |note| puts "saves #{note.title}" }
end

class LongNote < Note
  self.inheritance_column = nil
end

class SuppressNotes < ActiveRecord::Migration[8.1]
  def up
    create_table(:notes) { |t| t.string :title, null: false }
    Note.suppress do
      note = Note.create(title: "a")
      say [note.persisted?, note.id, note.save, note.save!].inspect
      Note.suppress { Note.create!(title: "b") }
      Note.create!(title: "c")
      LongNote.create!(title: "d")
      Note.insert_all([{ title: "e" }])
      Note.where(title: "e").update_all(title: "f")
    end
    say Note.suppress { 7 }.inspect
    begin
      Note.suppress { raise "no" }
    rescue RuntimeError
      Note.create!(title: "g")
    end
    say Note.order(:id).pluck(:title).inspect
  end
end
