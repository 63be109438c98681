# run: migrate
class Note < ActiveRecord::Base
end

class Tag < ActiveRecord::Base
end

class ChangeNotes < ActiveRecord::Migration[8.1]
  def up
    create_table(:tags) { |t| t.string :name }
    create_table(:notes) { |t| t.string :title; t.integer :count; t.boolean :done; t.datetime :at; t.references :tag }
    notes = Note.arel_table
    tags = Tag.arel_table

    insert = Arel::InsertManager.new(notes)
    insert.insert([[notes[:title], "it's"], [notes[:count], 3], [notes[:done], true], [notes[:at], Time.utc(2024, 2, 3, 4, 5, 6)]])
    say insert.to_sql
    say connection.insert(insert, "Insert", "id").inspect
    rows = Arel::InsertManager.new
    rows.into(notes)
    rows.columns << notes[:title]
    rows.columns << notes[:count]
    rows.values = rows.create_values_list([["a", 1], ["b", nil], [Arel.sql("'c'"), 2]])
    execute rows.to_sql
    copied = Arel::InsertManager.new(notes)
    copied.columns << notes[:title]
    copied.select(tags.project(tags[:name]).where(tags[:id].gt(0)))
    execute copied.to_sql
    say Arel::InsertManager.new(notes).insert("DEFAULT VALUES").to_sql
    say Arel::InsertManager.new(notes).insert([]).inspect
    say notes.from.compile_insert([[notes[:title], nil]]).to_sql
    say notes.from.create_insert.insert([[notes[:title], false]]).to_sql

    update = Arel::UpdateManager.new
    update.table(notes).set([[notes[:title], "x"], [notes[:count], notes[:count] + 1], [notes[:done], nil]]).where(notes[:count].eq(3))
    say update.to_sql
    say connection.update(update).inspect
    say Arel::UpdateManager.new(notes).set(notes[:title] => Arel.sql("UPPER(title)")).to_sql
    say Arel::UpdateManager.new.table(notes).set(Arel.sql("title = 'y'")).where(Arel.sql("count > 2")).to_sql
    limited = Arel::UpdateManager.new(notes).set([[notes[:count], 0]]).order(notes[:id].desc).take(1)
    limited.key = notes[:id]
    say limited.to_sql
    execute limited.to_sql
    say limited.key.name.to_s

    delete = Arel::DeleteManager.new.from(notes).where(notes[:title].eq("a"))
    say delete.to_sql
    say connection.delete(delete).inspect
    shifted = Arel::DeleteManager.new(notes).take(2).offset(1).order(notes[:id])
    shifted.key = notes[:id]
    say shifted.to_sql
    say Arel::DeleteManager.new(notes).to_sql
  end
end

class ChangeJoinedNotes < ActiveRecord::Migration[8.1]
  def up
    notes = Note.arel_table
    tags = Tag.arel_table
    joined = notes.join(tags).on(tags[:id].eq(notes[:tag_id])).where(tags[:name].eq("z"))
    say joined.compile_update([[notes[:title], "t"]], notes[:id]).to_sql
    say joined.compile_update([[notes[:title], "t"]]).to_sql
    say joined.compile_delete(notes[:id]).to_sql
    say joined.compile_delete.to_sql
    say joined.order(notes[:id]).take(3).compile_update([[notes[:title], "t"]], notes[:id]).to_sql
    execute joined.compile_update([[notes[:title], "t"]], notes[:id]).to_sql
    execute notes.where(notes[:title].eq("t")).compile_delete.to_sql
    wheres = Arel::UpdateManager.new(notes).set([[notes[:title], "q"]])
    wheres.wheres = [notes[:id].in([1, 2]), notes[:done].eq(nil)]
    say wheres.to_sql
    say notes.take(2).skip(1).compile_delete.to_sql
    say Arel::UpdateManager.new(notes).set([[notes[:title], 1.5]]).group([:title]).having(notes[:id].count.gt(1)).to_sql
  rescue => error
    say "#{error.class}: #{error.message}"
  end
end

class RefuseChanges < ActiveRecord::Migration[8.1]
  def up
    notes = Note.arel_table
    [
      -> { Arel::UpdateManager.new.set([[notes[:title], 1]]).to_sql },
      -> { Arel::UpdateManager.new(notes).set("title = 1").to_sql },
      -> { Arel::UpdateManager.new(notes).where("title = 1").set([[notes[:title], 1]]).to_sql },
      -> { Arel::InsertManager.new.insert("x").to_sql },
      -> { Arel::InsertManager.new(notes).insert([[notes[:title], notes[:count].sum]]).to_sql },
    ].each do |work|
      work.call
      say "done"
    rescue => error
      say "#{error.class}: #{error.message}"
    end
  end
end
