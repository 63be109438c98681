# older_rails: true
# adapters: postgresql
class Postgresql < ActiveRecord::Migration[8.1]
  def change
    enable_extension "hstore"
    enable_extension "citext"
    enable_extension "ltree"
    create_table :a do |t|
      %i[bit bit_varying cidr citext daterange hstore inet interval int4range int8range jsonb ltree macaddr money numrange oid
         point line lseg box path polygon circle tsrange tstzrange tsvector uuid xml timestamptz].each do |type|
        t.public_send type, "t_#{type}"
      end
      t.serial :t_serial
      t.bigserial :t_bigserial
    end
  end
end
