# run: migrate
class BaseTransaction < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
    ActiveRecord::Base.transaction { execute "INSERT INTO a (x) VALUES ('1')" }
    ActiveRecord::Base.transaction do
      execute "INSERT INTO a (x) VALUES ('2')"
      ActiveRecord::Base.transaction(requires_new: true) do
        execute "INSERT INTO a (x) VALUES ('3')"
        raise ActiveRecord::Rollback
      end
    end
    say select_values("SELECT x FROM a ORDER BY x").inspect
  end
end
