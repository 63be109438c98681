# adapters: mysql2
# run: migrate
class Flag < ActiveRecord::Base
end

class EmulateBooleans < ActiveRecord::Migration[8.1]
  def up
    create_table :flags do |t|
      t.boolean :on
      t.string :published, limit: 1
      t.integer :small, limit: 1
    end
    adapter = connection.class
    before = adapter.emulate_booleans
    say [before, connection.emulate_booleans, ActiveRecord::ConnectionAdapters::AbstractMysqlAdapter.emulate_booleans?].inspect
    [false, true].each do |value|
      adapter.emulate_booleans = value
      connection.clear_cache!
      Flag.reset_column_information
      say [adapter.emulate_booleans, Flag.columns.map(&:type), Flag.type_for_attribute("on").type].inspect
      Flag.create!(on: true, published: "1", small: 1)
      say Flag.order(:id).last.attributes.except("id").inspect
      say Flag.where(on: true).count.inspect
    end
  ensure
    adapter.emulate_booleans = before
  end
end
