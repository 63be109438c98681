# run: migrate
class Thing < ActiveRecord::Base
  after_commit { Log << "commit #{name}" }
  after_rollback { Log << "rollback #{name}" }
end

Log = []

class RollbackState < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:things) { |t| t.string :name; t.integer :n, default: 0 }
    thing = Thing.new(name: "a")
    Thing.transaction do
      thing.save!
      say [thing.id, thing.new_record?, thing.changed?].inspect
      raise ActiveRecord::Rollback
    end
    say [thing.id, thing.new_record?, thing.changed].inspect
    thing.save!
    say [thing.id, thing.new_record?, thing.previously_new_record?].inspect
    Thing.transaction do
      thing.update!(name: "b", n: 3)
      say thing.changed?.inspect
      raise ActiveRecord::Rollback
    end
    say [thing.name, thing.changes].inspect
    Thing.transaction do
      thing.destroy
      say [thing.destroyed?, thing.frozen?].inspect
      raise ActiveRecord::Rollback
    end
    say [thing.destroyed?, thing.frozen?, thing.persisted?].inspect
    Thing.transaction do
      outer = Thing.create!(name: "outer")
      Thing.transaction(requires_new: true) do
        inner = Thing.create!(name: "inner")
        raise ActiveRecord::Rollback
      end
      Thing.transaction { Thing.create!(name: "joined") }
    end
    say Log.inspect
    say Thing.order(:id).pluck(:name).inspect
    begin
      Thing.transaction { Thing.create!(name: "x"); raise "oops" }
    rescue => e
      say e.message
    end
    say Log.last
  end
end
