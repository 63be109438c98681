# run: migrate
class RunAndRevertOthers < ActiveRecord::Migration[8.1]
  class Both < ActiveRecord::Migration[8.1]
    def change
      create_table(:both) { |t| t.string :x }
      reversible do |direction|
        answer = direction.up { execute "SELECT 'up'"; 3 }
        say "up: #{answer.inspect}"
        direction.down { execute "SELECT 'down'" }
      end
      up_only { say "only up" }
      say_with_time("reverting") { say reverting?.inspect }
    end
  end

  class OldStyle < ActiveRecord::Migration[4.2]
    def self.up
      create_table(:old) { |t| t.timestamps }
      say "self.up"
    end

    def self.down
      drop_table :old
    end
  end

  def up
    run Both
    run Both, direction: :down
    run OldStyle
    revert OldStyle
    run Both, OldStyle
    revert OldStyle, Both
    revert { revert { create_table :twice } }
    drop_table :twice
  end
end
