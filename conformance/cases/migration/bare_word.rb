# run: migrate
class BareWords < ActiveRecord::Migration[8.1]
  def up
    attempt { missing }
    attempt { missing() }
    attempt { missing(1) }
    attempt { missing! }
    attempt { self.missing }
    attempt { self.class.missing }
    attempt { connection.missing }
  end

  def attempt
    yield
  rescue NameError => error
    say "#{error.class}: #{error.message}"
  end
end

class BareWordInBody < ActiveRecord::Migration[8.1]
  uses_something!
end
