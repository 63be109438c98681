# run: migrate
class Note < ActiveRecord::Base
end

class Other < ActiveRecord::Base
  self.abstract_class = true
end

class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
end

class PreventWrites < ActiveRecord::Migration[8.1]
  def up
    create_table(:notes) { |t| t.string :title }
    Note.create!(title: "a")
    attempt { ActiveRecord::Base.while_preventing_writes { Note.create!(title: "b") } }
    attempt { ActiveRecord::Base.while_preventing_writes { Note.where(title: "a").update_all(title: "c") } }
    attempt { ActiveRecord::Base.while_preventing_writes { add_column :notes, :body, :text } }
    attempt { ActiveRecord::Base.while_preventing_writes { execute "DELETE FROM notes" } }
    attempt { say ActiveRecord::Base.while_preventing_writes { Note.count }.inspect }
    attempt { ActiveRecord::Base.while_preventing_writes { say [connection.preventing_writes?, ActiveRecord::Base.current_preventing_writes].inspect } }
    attempt { ActiveRecord::Base.while_preventing_writes(false) { Note.create!(title: "d") } }
    attempt do
      ActiveRecord::Base.while_preventing_writes do
        ActiveRecord::Base.while_preventing_writes(false) { Note.create!(title: "e") }
        Note.create!(title: "f")
      end
    end
    attempt { say ActiveRecord::Base.while_preventing_writes { Note.where(title: "a") }.loaded?.inspect }
    attempt { ApplicationRecord.while_preventing_writes { Note.create!(title: "g") } }
    attempt { Note.while_preventing_writes { Note.create!(title: "h") } }
    attempt { Other.while_preventing_writes { Note.create!(title: "i") } }
    say connection.preventing_writes?.inspect
    say Note.order(:id).pluck(:title).inspect
  end

  private

  def attempt
    yield
  rescue StandardError, NotImplementedError => error
    say "#{error.class}: #{error.message}"
  end
end
